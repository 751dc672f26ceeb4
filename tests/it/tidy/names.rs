//! What things are called: no picture where a search engine knows a term, and one public type a name.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "syn's items are not ours: those that are not named here do not matter"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use syn::{Item, Visibility, visit::Visit};

/// Words that once named files, modules, types and functions here and that a search does not find, each
/// with the term to use instead.
const BANNED: [(&str, &str); 45] = [
    ("again", "reauth, retry"),
    ("ahead", "wal"),
    ("asked", "requested, Query"),
    ("asker", "principal"),
    ("attend", "dispatch"),
    ("bell", "Wakeup"),
    ("belongs", "Affiliation"),
    ("beside", "oversight"),
    ("crowded", "TooManyConflicts"),
    ("custodian", "CustodyStore"),
    ("desk", "Dispatcher, access, worklist"),
    ("desks", "CustodyIndex"),
    ("ears", "SourceTracker"),
    ("errand", "ReferralSubject"),
    ("forged", "csrf"),
    ("give_back", "release"),
    ("given", "params"),
    ("hearing", "replication"),
    ("heard", "Trigger, Handled"),
    ("in_vain", "Unroutable"),
    ("lasting", "bounded_stream"),
    ("looser", "strictness"),
    ("lot", "ParkedQueue"),
    ("lots", "parked_queue"),
    ("moves", "actions"),
    ("nobody_left", "NoUnitAvailable"),
    ("oops", "PageError"),
    ("order_later", "command_backdated"),
    ("pairs", "form_data"),
    ("patient", "with_timeout"),
    ("prompt", "Trigger"),
    ("rounds", "CatchUp"),
    ("say", "i18n"),
    ("seats", "worklist"),
    ("showing", "view, visibility"),
    ("shown", "view"),
    ("sight", "visibility"),
    ("statics", "assets"),
    ("take_back", "release"),
    ("taker", "Processor"),
    ("telling", "NotificationChannel"),
    ("together", "co_units"),
    ("took", "Processed"),
    ("unread", "drain_body"),
    ("upto", "SourcePosition"),
];

/// The modules of proto that are each the contract of one service or one protocol.
const CONTRACTS: [&str; 10] = [
    "case",
    "ledger",
    "legal_aid",
    "matter",
    "mediation",
    "notarization",
    "parking",
    "referral",
    "registry",
    "replication",
];

/// What of a file has such a name, with what to call it instead.
pub(super) fn banned(path: &Path, file: &syn::File) -> Vec<String> {
    let mut names = Names::default();
    names.visit_file(file);
    let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
    names.found.insert(stem);
    let found = names.found.iter().filter_map(|name| {
        let snake = snake_case(name);
        let (_, instead) = BANNED.iter().find(|(word, _)| *word == snake)?;
        Some(format!("{}: {name} (rather: {instead})", path.display()))
    });
    found.collect()
}

/// The public types of a file: structs, enums, traits and aliases, outside nested modules.
pub(super) fn public_types(file: &syn::File) -> Vec<String> {
    let public = |item: &Item| {
        let (visibility, ident) = match item {
            Item::Struct(item) => (&item.vis, &item.ident),
            Item::Enum(item) => (&item.vis, &item.ident),
            Item::Trait(item) => (&item.vis, &item.ident),
            Item::Type(item) => (&item.vis, &item.ident),
            _ => return None,
        };
        matches!(visibility, Visibility::Public(_)).then(|| ident.to_string())
    };
    file.items.iter().filter_map(public).collect()
}

/// Whether a file holds the events, commands or rejections of one service, whose names are unique in its
/// module: `proto/src/<service>/…`.
pub(super) fn is_contract_of_one_service(path: &Path) -> bool {
    let path = path.to_string_lossy();
    let Some(inner) = path.strip_prefix("proto/src/") else {
        return false;
    };
    let folder = inner.split('/').next().unwrap_or_default();
    CONTRACTS.contains(&folder.trim_end_matches(".rs"))
}

/// Names that more than one of the files define.
pub(super) fn doubled(types: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let doubled = types.iter().filter(|(_, files)| files.len() > 1);
    doubled
        .map(|(name, files)| format!("{name}: {}", files.join(", ")))
        .collect()
}

#[derive(Default)]
struct Names {
    found: BTreeSet<String>,
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item(&mut self, item: &'ast Item) {
        let ident = match item {
            Item::Struct(item) => Some(&item.ident),
            Item::Enum(item) => Some(&item.ident),
            Item::Trait(item) => Some(&item.ident),
            Item::Type(item) => Some(&item.ident),
            Item::Mod(item) => Some(&item.ident),
            Item::Fn(item) => Some(&item.sig.ident),
            _ => None,
        };
        self.found.extend(ident.map(ToString::to_string));
        syn::visit::visit_item(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.found.insert(item.sig.ident.to_string());
        syn::visit::visit_impl_item_fn(self, item);
    }

    fn visit_variant(&mut self, variant: &'ast syn::Variant) {
        self.found.insert(variant.ident.to_string());
    }
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() {
            if !snake.is_empty() && !snake.ends_with('_') {
                snake.push('_');
            }
            snake.extend(letter.to_lowercase());
        } else {
            snake.push(letter);
        }
    }
    snake
}
