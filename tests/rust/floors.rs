//! The house stands on floors: a room uses its own floor and those below (DESIGN.md section 3), and
//! inside a room no files use each other in a circle. A line in a list of kinds is no use of the kind: the
//! list names its files, and a file may add a constructor to the type that the list makes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use syn::visit::{self, Visit};

/// Every room; `lib` is the front door.
const FLOORS: [(&str, u32); 27] = [
    ("error", 0),
    ("free_memory", 0),
    ("interrupt", 0),
    ("packed", 0),
    ("parallel", 0),
    ("period", 0),
    ("system", 0),
    ("math", 0),
    ("units", 0),
    ("expr", 1),
    ("model", 2),
    ("outturns", 2),
    ("table", 2),
    ("ensemble", 2),
    ("sample", 3),
    ("import", 3),
    ("compile", 4),
    ("simulate", 5),
    ("condition", 6),
    ("summary", 6),
    ("plan", 7),
    ("estimate", 7),
    ("fit", 7),
    ("analyse", 7),
    ("scoring", 7),
    ("sensitivity", 7),
    ("lib", 8),
];

/// A file by its place in the tree of modules; `["lib"]` is the root.
type Module = Vec<String>;

/// The modules of a crate, and what each names of the others.
#[derive(Default)]
struct House {
    files: BTreeMap<Module, Names>,
}

/// What a file names.
#[derive(Default)]
struct Names {
    /// Paths that it uses, each with the inline module in which it stands.
    used: Vec<(Module, Vec<String>)>,
    /// Files below it that are tests alone.
    tests: BTreeSet<Module>,
    /// Names that it hands on, and where they come from.
    handed_on: BTreeMap<String, Vec<String>>,
}

impl House {
    fn read(folder: &Path) -> Self {
        let mut house = Self::default();
        house.enter(folder, &[]);
        let tests: Vec<Module> =
            house.files.values().flat_map(|names| names.tests.clone()).collect();
        house.files.retain(|module, _| !tests.contains(module));
        house
    }

    fn enter(&mut self, folder: &Path, above: &[String]) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            if path.is_dir() {
                self.enter(&path, &[above, &[name]].concat());
            } else if path.extension().is_some_and(|e| e == "rs") {
                let module = if name == "mod" { above.to_vec() } else { [above, &[name]].concat() };
                self.add(module, &std::fs::read_to_string(&path).expect("text"));
            }
        }
    }

    fn add(&mut self, module: Module, text: &str) {
        let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{module:?}: {error}"));
        let within = if module == ["lib"] { Vec::new() } else { module.clone() };
        let mut reader = Reader { names: Names::default(), within };
        reader.visit_file(&file);
        self.files.insert(module, reader.names);
    }

    fn file(&self, module: &[String]) -> Option<&Names> {
        let root = ["lib".to_owned()];
        self.files.get(if module.is_empty() { &root[..] } else { module })
    }

    /// The file that a path means, as it is written in a module.
    fn resolve(&self, within: &[String], path: &[String], depth: usize) -> Option<Module> {
        let (mut at, rest): (Module, &[String]) = match path[0].as_str() {
            "crate" => (Vec::new(), &path[1..]),
            "self" => (within.to_vec(), &path[1..]),
            "super" => {
                let ups = path.iter().take_while(|part| *part == "super").count();
                (within[..within.len().checked_sub(ups)?].to_vec(), &path[ups..])
            }
            first => {
                let child = [within, &[first.to_owned()]].concat();
                if !self.files.contains_key(&child) {
                    return None; // another crate
                }
                (within.to_vec(), path)
            }
        };
        let mut rest = rest.iter();
        let mut next = rest.next();
        while let Some(name) = next {
            let below = [&at[..], std::slice::from_ref(name)].concat();
            if !self.files.contains_key(&below) {
                break;
            }
            (at, next) = (below, rest.next());
        }
        // What a file hands on is used where it comes from.
        if let Some(name) = next.filter(|_| depth < 8)
            && let Some(from) = self.file(&at).and_then(|names| names.handed_on.get(name))
        {
            let from = self.resolve(&at, from, depth + 1);
            return from.or(Some(at));
        }
        while !at.is_empty() && !self.files.contains_key(&at) {
            at.pop(); // an inline module is part of its file
        }
        Some(if at.is_empty() { vec!["lib".to_owned()] } else { at })
    }

    /// For each file those that it uses.
    fn uses(&self) -> BTreeMap<Module, BTreeSet<Module>> {
        let of = |(module, names): (&Module, &Names)| {
            let used = names.used.iter().filter_map(|(within, path)| self.resolve(within, path, 0));
            (module.clone(), used.filter(|other| other != module).collect())
        };
        self.files.iter().map(of).collect()
    }
}

/// Reads the names of one file; tests are left out.
struct Reader {
    names: Names,
    within: Module,
}

impl Reader {
    fn tree(&mut self, tree: &syn::UseTree, before: &[String], is_public: bool) {
        match tree {
            syn::UseTree::Path(path) => {
                let before = [before, &[path.ident.to_string()]].concat();
                self.tree(&path.tree, &before, is_public);
            }
            syn::UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.tree(tree, before, is_public));
            }
            syn::UseTree::Name(name) => {
                self.enter(before, &name.ident, &name.ident, is_public);
            }
            syn::UseTree::Rename(rename) => {
                self.enter(before, &rename.ident, &rename.rename, is_public);
            }
            syn::UseTree::Glob(_) => {
                self.names.used.push((self.within.clone(), before.to_vec()));
            }
        }
    }

    fn enter(&mut self, before: &[String], name: &syn::Ident, shown: &syn::Ident, is_public: bool) {
        let path =
            if name == "self" { before.to_vec() } else { [before, &[name.to_string()]].concat() };
        if is_public {
            self.names.handed_on.insert(shown.to_string(), path);
        } else {
            self.names.used.push((self.within.clone(), path));
        }
    }

    /// Paths in the tokens of a macro.
    fn tokens(&mut self, tokens: &str) {
        let tokens: Vec<&str> = tokens.split_whitespace().collect();
        for (k, token) in tokens.iter().enumerate() {
            let is_visibility = k > 0 && matches!(tokens[k - 1], "(in" | "in");
            if matches!(*token, "crate" | "super" | "self")
                && tokens.get(k + 1) == Some(&"::")
                && !is_visibility
            {
                let mut names = Vec::new();
                for pair in tokens[k..].chunks(2) {
                    let word = |c: &char| c.is_alphanumeric() || *c == '_';
                    names.push(pair[0].chars().take_while(word).collect());
                    if pair.get(1) != Some(&"::") {
                        break;
                    }
                }
                self.names.used.push((self.within.clone(), names));
            }
        }
    }
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && matches!(&attribute.meta, syn::Meta::List(list) if list.tokens.to_string() == "test")
    })
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if is_test(&item.attrs) {
            self.names.tests.insert([&self.within[..], &[item.ident.to_string()]].concat());
        }
        if is_test(&item.attrs) || item.content.is_none() {
            return;
        }
        self.within.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.within.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if !is_test(&item.attrs) {
            let is_public = !matches!(item.vis, syn::Visibility::Inherited);
            self.tree(&item.tree, &[], is_public);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
        if names.len() > 1 && matches!(names[0].as_str(), "crate" | "super" | "self") {
            self.names.used.push((self.within.clone(), names));
        }
        visit::visit_path(self, path);
    }

    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        self.tokens(&item.tokens.to_string());
    }
}

/// Sets of files that use each other in a circle: those that reach themselves, by whom they reach.
fn circles(uses: &BTreeMap<Module, BTreeSet<Module>>) -> BTreeSet<BTreeSet<Module>> {
    let reach = |from: &Module| {
        let (mut seen, mut stack) = (BTreeSet::new(), vec![from]);
        while let Some(module) = stack.pop() {
            for next in uses.get(module).into_iter().flatten() {
                if seen.insert(next.clone()) {
                    stack.push(next);
                }
            }
        }
        seen
    };
    let reached: BTreeMap<&Module, BTreeSet<Module>> =
        uses.keys().map(|module| (module, reach(module))).collect();
    let mutual = |module: &&Module| {
        let back = |other: &&Module| reached.get(other).is_some_and(|r| r.contains(*module));
        reached[*module].iter().filter(back).cloned().collect::<BTreeSet<_>>()
    };
    reached.keys().map(mutual).filter(|circle| !circle.is_empty()).collect()
}

/// Uses of a floor above one's own.
fn upwards(uses: &BTreeMap<Module, BTreeSet<Module>>) -> Vec<String> {
    let floor = |module: &Module| {
        let found = FLOORS.iter().find(|(name, _)| *name == module[0]);
        found.unwrap_or_else(|| panic!("{module:?} stands on no floor")).1
    };
    let up = |(module, used): (&Module, &BTreeSet<Module>)| {
        let above = used.iter().filter(|other| floor(other) > floor(module));
        above
            .map(|other| format!("{} uses {}", module.join("/"), other.join("/")))
            .collect::<Vec<_>>()
    };
    uses.iter().flat_map(up).collect()
}

#[test]
fn no_room_uses_a_floor_above_its_own() {
    let uses = House::read(&crate::root().join("src")).uses();
    assert!(uses.values().map(BTreeSet::len).sum::<usize>() > 500, "few uses were found");
    let wrong = upwards(&uses);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    let circles = circles(&House::read(&crate::root().join("src")).uses());
    let names = |circle: BTreeSet<Module>| {
        circle.iter().map(|module| module.join("/")).collect::<Vec<_>>().join(", ")
    };
    let found: Vec<String> = circles.into_iter().map(names).collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn circles_and_uses_of_floors_above_are_seen_however_they_are_written() {
    let house = |files: &[(&str, &str)]| {
        let mut house = House::default();
        for (module, text) in files {
            house.add(module.split('/').map(str::to_owned).collect(), text);
        }
        house.uses()
    };
    let above = house(&[
        ("model", ""),
        ("model/a", "use crate::{error::Error, plan::{self, Goal}};"),
        ("error", "pub struct Error;"),
        ("plan", "pub struct Goal;"),
    ]);
    assert_eq!(upwards(&above), ["model/a uses plan"]);
    // By a group, through a name that is handed on, inside a function, inside a macro.
    let lib = ("lib", "pub use plan::a::A;");
    let there = ("plan/a", "use super::{b::B, c}; pub struct A;");
    for back in [
        "pub struct B; use super::{a::A};",
        "pub struct B; use super::A;",
        "pub struct B; use crate::A;",
        "pub struct B; fn f() { let _ = crate::plan::a::A; }",
        "pub struct B; fn f() { println!(\"{}\", crate::plan::a::A); }",
        "pub struct B; mod inner { use super::super::a::A; }",
    ] {
        let uses =
            house(&[lib, ("plan", "pub use a::A;"), there, ("plan/b", back), ("plan/c", "")]);
        assert_eq!(circles(&uses).len(), 1, "{back}");
    }
    let tests = "pub struct B; #[cfg(test)] mod tests { use super::super::a::A; }";
    let uses = house(&[lib, ("plan", "pub use a::A;"), there, ("plan/b", tests), ("plan/c", "")]);
    assert!(circles(&uses).is_empty(), "tests may look anywhere");
}
