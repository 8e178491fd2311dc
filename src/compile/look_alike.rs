//! Names that look the same and are not: a letter of another alphabet, a digit of full width.

use indexmap::IndexMap;
use unicode_normalization::UnicodeNormalization;

use crate::error::Problem;
use crate::model::Model;

/// Letters that look like Latin ones (Unicode Technical Standard 39, confusables, of the alphabets that
/// economists write in), and which they look like.
const LIKE_LATIN: [(&str, &str); 3] = [
    // Cyrillic.
    ("аАвВеЕкКмМнНоОрРсСтТуУхХіІјЈѕЅԁһԛԝӏ", "aABBeEkKmMHHoOpPcCtTyYxXiIjJsSdhqwl"),
    // Greek.
    ("αΑΒΕΖΗΙΚΜΝοΟρΡΤυΥΧνγ", "aABEZHIKMNoOpPTuYXvy"),
    // Armenian, and Latin letters beside the alphabet.
    ("օոսհցɡıɑ", "onuhggia"),
];

/// What a name looks like: compatible forms made one, letters of other alphabets as Latin ones.
fn look(name: &str) -> String {
    let latin = |letter: char| {
        let found = LIKE_LATIN.iter().find_map(|(letters, like)| {
            let place = letters.chars().position(|other| other == letter)?;
            like.chars().nth(place)
        });
        found.unwrap_or(letter)
    };
    name.nfkc().map(latin).collect()
}

/// A warning for each name that looks like another one of the model.
pub(super) fn warnings(model: &Model) -> Vec<Problem> {
    let equation_names = model
        .indicators
        .keys()
        .map(|name| (format!("indicators.{name}"), name))
        .chain(model.parameters.keys().map(|name| (model.address_of_parameter(name), name)))
        .chain(model.shocks.keys().map(|name| (format!("shocks.{name}"), name)));
    let goals = model
        .targets
        .iter()
        .enumerate()
        .map(|(k, target)| (format!("targets[{k}].id"), &target.id))
        .chain(model.target_sets.keys().map(|name| (format!("target_sets.{name}"), name)));
    let scenarios = model.scenarios.keys().map(|name| (format!("scenarios.{name}"), name));
    let mut found = alike(equation_names);
    found.extend(alike(goals));
    found.extend(alike(scenarios));
    found
}

fn alike<'a>(names: impl Iterator<Item = (String, &'a String)>) -> Vec<Problem> {
    let mut seen: IndexMap<String, &str> = IndexMap::new();
    let mut found = Vec::new();
    for (address, name) in names {
        let first = *seen.entry(look(name)).or_insert(name);
        if first != name {
            let odd = name.chars().zip(first.chars()).find(|(a, b)| a != b);
            let letter = odd.map_or_else(String::new, |(a, b)| {
                format!(": \"{a}\" (U+{:04X}) is not \"{b}\" (U+{:04X})", a as u32, b as u32)
            });
            let message = format!(
                "looks the same as \"{first}\", and is another name{letter}; give one of them another name"
            );
            found.push(Problem::new(address, message));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_has_one_that_it_looks_like() {
        for (letters, like) in LIKE_LATIN {
            assert_eq!(letters.chars().count(), like.chars().count(), "{letters}");
            assert!(letters.chars().all(|letter| !letter.is_ascii()));
            assert!(like.chars().all(|letter| letter.is_ascii_alphabetic()));
        }
        assert_eq!(look("gdр"), "gdp");
        assert_eq!(look("ｇｄｐ２"), "gdp2");
        assert_eq!(look("地区生产总值"), "地区生产总值");
    }
}
