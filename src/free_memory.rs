//! How much memory is free: of the machine, of the control group of the process, of its address space.
//!
//! Linux says so in files; elsewhere nothing is known. What a result may take is a matter of
//! `simulate`, which asks here.

use std::path::Path;

/// So many bytes are free; none where the system does not say.
#[cfg(feature = "system")]
pub(crate) fn free_memory() -> Option<u64> {
    if cfg!(target_os = "linux") { free_in(Path::new("/")) } else { None }
}

/// Nobody is there to be asked.
#[cfg(not(feature = "system"))]
pub(crate) fn free_memory() -> Option<u64> {
    None
}

/// The least that is free of all that a process lives in, by the files under a root.
#[cfg_attr(not(feature = "system"), allow(dead_code))]
fn free_in(root: &Path) -> Option<u64> {
    [of_machine(root), of_groups(root), of_address_space(root)].into_iter().flatten().min()
}

/// What can be had without swapping: page cache counts as free.
fn of_machine(root: &Path) -> Option<u64> {
    kilobytes(&text(&root.join("proc/meminfo"))?, "MemAvailable:")
}

/// Of the control groups that the process is in, the innermost and all around it: version 2, and the
/// memory controller of version 1. Inside a container its own is the root.
fn of_groups(root: &Path) -> Option<u64> {
    let all = text(&root.join("proc/self/cgroup"))?;
    let groups = all.lines().filter_map(|line| {
        let mut parts = line.splitn(3, ':').skip(1);
        let (controllers, path) = (parts.next()?, parts.next()?);
        let path = path.trim_start_matches('/');
        if controllers.is_empty() {
            let names = ["memory.max", "memory.current", "inactive_file"];
            return Some((root.join("sys/fs/cgroup"), path, names));
        }
        let names = ["memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"];
        let is_memory = controllers.split(',').any(|controller| controller == "memory");
        is_memory.then(|| (root.join("sys/fs/cgroup/memory"), path, names))
    });
    groups.filter_map(|(mount, path, names)| of_group_and_around(&mount, path, names)).min()
}

fn of_group_and_around(mount: &Path, path: &str, names: [&str; 3]) -> Option<u64> {
    let around = Path::new(path).ancestors().map(|path| mount.join(path));
    around.filter_map(|group| of_group(&group, names)).min()
}

/// The limit of a group less what it uses; of that, cache that nobody reads is given back first.
fn of_group(group: &Path, [limit, usage, cache]: [&str; 3]) -> Option<u64> {
    let limit: u64 = text(&group.join(limit))?.trim().parse().ok()?; // "max" is none
    let usage: u64 = text(&group.join(usage))?.trim().parse().ok()?;
    let statistics = text(&group.join("memory.stat")).unwrap_or_default();
    let cached = statistics.lines().find_map(|line| {
        let (name, value) = line.split_once(' ')?;
        (name == cache).then(|| value.trim().parse::<u64>().ok()).flatten()
    });
    Some(limit.saturating_sub(usage.saturating_sub(cached.unwrap_or(0))))
}

/// Of the address space, where it has a limit (`ulimit -v`).
fn of_address_space(root: &Path) -> Option<u64> {
    let limits = text(&root.join("proc/self/limits"))?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max address space"))?;
    let limit: u64 = line.split_whitespace().next()?.parse().ok()?; // "unlimited" is none
    let used = kilobytes(&text(&root.join("proc/self/status"))?, "VmSize:")?;
    Some(limit.saturating_sub(used))
}

/// A number of kB in a line, in bytes.
fn kilobytes(all: &str, name: &str) -> Option<u64> {
    let rest = all.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_whitespace().next()?.parse::<u64>().ok()?.checked_mul(1024)
}

fn text(file: &Path) -> Option<String> {
    std::fs::read_to_string(file).ok()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    const MB: u64 = 1 << 20;

    /// A system made of files.
    struct Root(PathBuf);

    impl Root {
        fn new(name: &str, files: &[(&str, &str)]) -> Self {
            let name = format!("tinbergen-{name}-{}", std::process::id());
            let root = std::env::temp_dir().join(name);
            for (file, text) in files {
                let file = root.join(file);
                std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
                std::fs::write(file, text).expect("a file");
            }
            Self(root)
        }
    }

    impl Drop for Root {
        fn drop(&mut self) {
            drop(std::fs::remove_dir_all(&self.0));
        }
    }

    fn free(name: &str, files: &[(&str, &str)]) -> Option<u64> {
        free_in(&Root::new(name, files).0)
    }

    const MACHINE: (&str, &str) =
        ("proc/meminfo", "MemTotal: 8192000 kB\nMemAvailable:   4096000 kB\nBuffers: 1 kB\n");

    #[test]
    fn the_machine_says_what_can_be_had() {
        assert_eq!(free("machine", &[MACHINE]), Some(4_096_000 * 1024));
        assert_eq!(free("nothing", &[("proc/other", "")]), None);
        assert_eq!(free("nonsense", &[("proc/meminfo", "MemAvailable: much kB")]), None);
    }

    #[test]
    fn the_narrowest_group_around_the_process_counts() {
        let own = "sys/fs/cgroup/user/app";
        let (max, current) = (format!("{own}/memory.max"), format!("{own}/memory.current"));
        let stat = format!("{own}/memory.stat");
        let mut files = vec![
            MACHINE,
            ("proc/self/cgroup", "0::/user/app\n"),
            (&max, "1073741824\n"),
            (&current, "943718400\n"),
            (&stat, "anon 5\ninactive_file 104857600\nactive_file 7\n"),
        ];
        // 1024 MB less 900, of which 100 are cache.
        assert_eq!(free("group", &files), Some(224 * MB));
        files.extend([
            ("sys/fs/cgroup/user/memory.max", "536870912\n"),
            ("sys/fs/cgroup/user/memory.current", "524288000\n"),
        ]);
        assert_eq!(free("around", &files), Some(12 * MB));
        let unlimited = [MACHINE, files[1], (max.as_str(), "max\n"), files[3]];
        assert_eq!(free("unlimited", &unlimited), Some(4_096_000 * 1024));
    }

    #[test]
    fn in_a_container_the_group_is_the_root() {
        let files = [
            MACHINE,
            ("proc/self/cgroup", "0::/\n"),
            ("sys/fs/cgroup/memory.max", "536870912\n"),
            ("sys/fs/cgroup/memory.current", "1073741824\n"),
        ];
        assert_eq!(free("container", &files), Some(0));
    }

    #[test]
    fn groups_of_version_one_are_read() {
        let files = [
            MACHINE,
            ("proc/self/cgroup", "5:cpu,cpuacct:/a\n4:memory:/docker/x\n0::/\n"),
            ("sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes", "536870912\n"),
            ("sys/fs/cgroup/memory/docker/x/memory.usage_in_bytes", "268435456\n"),
            ("sys/fs/cgroup/memory/docker/x/memory.stat", "total_inactive_file 1048576\n"),
            ("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"),
            ("sys/fs/cgroup/memory/memory.usage_in_bytes", "268435456\n"),
        ];
        assert_eq!(free("first", &files), Some(257 * MB));
    }

    #[test]
    fn a_limited_address_space_counts() {
        let limits = "Limit  Soft Limit  Hard Limit  Units\n\
                      Max address space         2147483648           unlimited            bytes\n";
        let files =
            [MACHINE, ("proc/self/limits", limits), ("proc/self/status", "VmSize:\t 1048576 kB\n")];
        assert_eq!(free("space", &files), Some(1024 * MB));
        let unlimited = [MACHINE, ("proc/self/limits", "Max address space unlimited\n"), files[2]];
        assert_eq!(free("boundless", &unlimited), Some(4_096_000 * 1024));
    }

    #[cfg(all(feature = "system", target_os = "linux"))]
    #[test]
    fn this_machine_has_some() {
        assert!(free_memory().is_some_and(|free| free > 16 * MB));
    }
}
