//! Files that import each other in a circle. A parent's use of its own children is not counted: it
//! declares them.

use std::collections::{BTreeMap, BTreeSet};

use super::modules::{CrateModules, ModulePath};

/// The circles of one crate: sets of files each of which reaches every other.
pub(super) fn circles(modules: &CrateModules) -> Vec<Vec<String>> {
    let mut uses: BTreeMap<&ModulePath, BTreeSet<ModulePath>> = BTreeMap::new();
    for (module, _) in modules.files() {
        let used = modules.used_by(module);
        let counted = used.into_iter().filter(|used| !used.starts_with(module));
        uses.insert(module, counted.collect());
    }
    let reached: BTreeMap<_, _> = uses
        .keys()
        .map(|module| (*module, reachable(module, &uses)))
        .collect();
    let mut found = BTreeSet::new();
    for (module, reach) in &reached {
        if !reach.contains(*module) {
            continue;
        }
        let circle = reach
            .iter()
            .filter(|other| reached[*other].contains(*module));
        found.insert(circle.map(|module| module.join("::")).collect::<Vec<_>>());
    }
    found.into_iter().collect()
}

fn reachable(
    from: &ModulePath,
    uses: &BTreeMap<&ModulePath, BTreeSet<ModulePath>>,
) -> BTreeSet<ModulePath> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&ModulePath> = uses[from].iter().collect();
    while let Some(module) = open.pop() {
        if reached.insert(module.clone()) {
            open.extend(uses[module].iter());
        }
    }
    reached
}
