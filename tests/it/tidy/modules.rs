//! The modules of one crate as its files declare them: which file holds which module, what each file
//! defines and re-exports, and so which file a path in the code leads to.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "syn's items are not ours: those that are not named here do not matter"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use syn::{Item, UseTree, visit::Visit};

/// A module's path inside its crate: `["store", "cursor"]`; empty for the crate's root.
pub(super) type ModulePath = Vec<String>;

/// The production files of one crate, by module.
pub(super) struct CrateModules {
    files: BTreeMap<ModulePath, syn::File>,
    /// What each module's file defines.
    definitions: BTreeMap<ModulePath, BTreeSet<String>>,
    /// The names that each module imports or re-exports, with the path of each.
    imports: BTreeMap<ModulePath, Vec<(String, Vec<String>)>>,
}

impl CrateModules {
    /// Reads every file that the crate's root reaches outside `#[cfg(test)]`.
    pub(super) fn read(folder: &Path) -> Option<Self> {
        let source = folder.join("src");
        let root = ["lib.rs", "main.rs"]
            .map(|name| source.join(name))
            .into_iter()
            .find(|path| path.is_file())?;
        let mut modules = Self {
            files: BTreeMap::new(),
            definitions: BTreeMap::new(),
            imports: BTreeMap::new(),
        };
        modules.read_file(Vec::new(), &root);
        Some(modules)
    }

    pub(super) fn files(&self) -> impl Iterator<Item = (&ModulePath, &syn::File)> {
        self.files.iter()
    }

    fn read_file(&mut self, module: ModulePath, path: &Path) {
        let text = std::fs::read_to_string(path).unwrap();
        let syntax = syn::parse_file(&text)
            .unwrap_or_else(|error| panic!("{} does not parse: {error}", path.display()));
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let children = if ["lib", "main", "mod"].contains(&stem) {
            path.parent().unwrap().to_owned()
        } else {
            path.with_extension("")
        };
        let mut definitions = BTreeSet::new();
        let mut imports = Vec::new();
        for item in &syntax.items {
            if is_test_only(item) {
                continue;
            }
            definitions.extend(defined_name(item));
            match item {
                Item::Use(import) => flatten(&import.tree, &mut Vec::new(), &mut imports),
                Item::Mod(child) if child.content.is_none() => {
                    let name = child.ident.to_string();
                    let own = children.join(format!("{name}.rs"));
                    let nested = children.join(&name).join("mod.rs");
                    let file = if own.is_file() { own } else { nested };
                    let mut below = module.clone();
                    below.push(name);
                    self.read_file(below, &file);
                }
                _ => {}
            }
        }
        self.definitions.insert(module.clone(), definitions);
        self.imports.insert(module.clone(), imports);
        self.files.insert(module, syntax);
    }

    /// The modules of this crate whose files a module's code names.
    pub(super) fn used_by(&self, module: &ModulePath) -> BTreeSet<ModulePath> {
        let mut paths: Vec<Vec<String>> = Vec::new();
        let file = &self.files[module];
        let mut collector = PathCollector { found: &mut paths };
        for item in file.items.iter().filter(|item| !is_test_only(item)) {
            collector.visit_item(item);
        }
        paths.extend(self.imports[module].iter().map(|(_, path)| path.clone()));
        paths
            .iter()
            .filter_map(|path| self.resolve(module, path, 0))
            .filter(|used| used != module)
            .collect()
    }

    /// The module whose file defines what a path names, as seen from `from`.
    fn resolve(&self, from: &ModulePath, path: &[String], depth: usize) -> Option<ModulePath> {
        if depth > 8 {
            return None;
        }
        let mut at = from.clone();
        let mut rest = path;
        let first = rest.first()?;
        match first.as_str() {
            "crate" => {
                at = Vec::new();
                rest = &rest[1..];
            }
            "self" => rest = &rest[1..],
            "super" => {}
            name => {
                let child = [at.as_slice(), &[name.to_owned()]].concat();
                if !self.files.contains_key(&child) {
                    return None;
                }
            }
        }
        while let Some(segment) = rest.first() {
            if segment == "super" {
                at.pop()?;
                rest = &rest[1..];
                continue;
            }
            let child = [at.as_slice(), std::slice::from_ref(segment)].concat();
            if !self.files.contains_key(&child) {
                return Some(self.definer(&at, rest, depth));
            }
            at = child;
            rest = &rest[1..];
        }
        Some(at)
    }

    /// Follows a re-export of the first name of `rest` to where it is defined.
    fn definer(&self, at: &ModulePath, rest: &[String], depth: usize) -> ModulePath {
        let name = &rest[0];
        if self.definitions[at].contains(name) {
            return at.clone();
        }
        let mut named = self.imports[at].iter().filter(|(own, _)| own == name);
        if let Some((_, path)) = named.next() {
            return self
                .resolve(at, path, depth + 1)
                .unwrap_or_else(|| at.clone());
        }
        let globs = self.imports[at].iter().filter(|(own, _)| own == "*");
        for (_, path) in globs {
            let full = [path.as_slice(), std::slice::from_ref(name)].concat();
            if let Some(found) = self.resolve(at, &full, depth + 1)
                && self.definitions[&found].contains(name)
            {
                return found;
            }
        }
        at.clone()
    }
}

/// Whether an item is compiled for tests or fuzzing alone.
pub(super) fn is_test_only(item: &Item) -> bool {
    let attributes = match item {
        Item::Mod(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Const(item) => &item.attrs,
        _ => return false,
    };
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.meta.require_list().is_ok_and(|list| {
                let condition = list.tokens.to_string();
                condition.starts_with("test") || condition.starts_with("fuzzing")
            })
    })
}

fn defined_name(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Struct(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Const(item) => &item.ident,
        Item::Static(item) => &item.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Mod(item) if item.content.is_some() => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}

/// Lists the names that a `use` brings in, each with its whole path.
fn flatten(tree: &UseTree, prefix: &mut Vec<String>, into: &mut Vec<(String, Vec<String>)>) {
    match tree {
        UseTree::Path(path) => {
            prefix.push(path.ident.to_string());
            flatten(&path.tree, prefix, into);
            prefix.pop();
        }
        UseTree::Name(name) => {
            let name = name.ident.to_string();
            let own = if name == "self" {
                prefix.last().cloned().unwrap_or_default()
            } else {
                name.clone()
            };
            let mut path = prefix.clone();
            if name != "self" {
                path.push(name);
            }
            into.push((own, path));
        }
        UseTree::Rename(renamed) => {
            let path = [prefix.as_slice(), &[renamed.ident.to_string()]].concat();
            into.push((renamed.rename.to_string(), path));
        }
        UseTree::Glob(_) => into.push(("*".to_owned(), prefix.clone())),
        UseTree::Group(group) => {
            for tree in &group.items {
                flatten(tree, prefix, into);
            }
        }
    }
}

/// Collects every path in an item: types, calls, patterns and imports inside functions.
struct PathCollector<'a> {
    found: &'a mut Vec<Vec<String>>,
}

impl<'ast> Visit<'ast> for PathCollector<'_> {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            let segments = path.segments.iter();
            self.found
                .push(segments.map(|segment| segment.ident.to_string()).collect());
        }
        syn::visit::visit_path(self, path);
    }

    fn visit_item_use(&mut self, _: &'ast syn::ItemUse) {}

    fn visit_item_mod(&mut self, _: &'ast syn::ItemMod) {}
}
