//! The tables agree with the contract, and lines become the JSON that the contract reads.

use clap::{ArgMatches, Command, FromArgMatches, Subcommand};
use onestop_proto::{case, command::CommandType};
use serde_json::{Value, json};

use super::{
    CommandGroup, ContractCommand, Erasure, Intake, Kind, Parking, Referral, Registry, Sources,
    TypedCommand,
};

/// Commands that `onestop case attach` and `onestop registry attach-evidence` send with what they compute of a file.
const COMPUTED: [&str; 3] = ["attach-piece", "attach", "attach-evidence"];

/// Paths that `finish` takes away, and what it makes of them.
const RESHAPED: [(&str, &str); 3] = [
    ("replace_needs", "needs"),
    ("kinds", "materials"),
    ("file", "materials"),
];

fn agrees_with_the_contract<G: CommandGroup>() {
    let specs = G::specs();
    for (name, schema) in G::Command::schemas() {
        if COMPUTED.contains(&name) {
            continue;
        }
        let spec = specs.iter().find(|spec| spec.name == name);
        let spec = spec.unwrap_or_else(|| panic!("'{name}' has no word on the command line"));
        let schema = schema.to_value();
        let fields = spec.fields.iter();
        let fields = fields.filter(|field| !matches!(field.kind, Kind::Subject | Kind::Service));
        let written: Vec<&str> = fields
            .map(|field| {
                let root = field.path.split('.').next().unwrap();
                let reshaped = RESHAPED.iter().find(|(path, _)| *path == root);
                reshaped.map_or(root, |(_, made)| made)
            })
            .collect();
        for field in &written {
            assert!(
                schema["properties"].get(field).is_some(),
                "{name} has no '{field}'"
            );
        }
        for required in schema["required"].as_array().into_iter().flatten() {
            let required = required.as_str().unwrap();
            assert!(written.contains(&required), "{name} needs '{required}'");
        }
    }
    for spec in &specs {
        assert!(G::Command::NAMES.contains(&spec.name), "{}", spec.name);
    }
}

#[test]
fn tables_agree_with_the_contract() {
    agrees_with_the_contract::<Intake>();
    agrees_with_the_contract::<Erasure>();
    agrees_with_the_contract::<Referral>();
    agrees_with_the_contract::<Registry>();
    agrees_with_the_contract::<Parking>();
    agrees_with_the_contract::<Sources>();
}

fn read<G: CommandGroup>(line: &str) -> TypedCommand {
    let command = ContractCommand::<G>::augment_subcommands(Command::new("onestop"));
    let line = std::iter::once("onestop").chain(line.split(' '));
    let matches: ArgMatches = command.try_get_matches_from(line).unwrap();
    let command = ContractCommand::<G>::from_arg_matches(&matches);
    *command.unwrap().typed
}

/// The JSON of a line whose units and cases are written as ids.
fn data<G: CommandGroup>(line: &str) -> Value {
    let typed = read::<G>(line);
    let mut data = typed.data;
    (typed.spec.finish)(&mut data).unwrap();
    G::Command::parse(typed.spec.name, data.clone()).unwrap();
    data
}

const CASE: &str = "s4k2m9qxa-261123-001";
const ID: &str = "019ab0c4-8000-7000-8000-0000000000aa";

#[test]
fn persons_and_needs_of_a_case_are_put_together() {
    let line = "open --item legal-aid --topic labour-pay --place 530821101201 --name 岩温 --with 玉香 \
                --document-number 530821800101123 --agent 岩罕 --authority 父子 --care minor --keep";
    let opened = data::<Intake>(line);
    let document = json!({ "kind": "old-identity-card", "number": "530821800101123" });
    let agent = json!({ "kind": "entrusted", "name": "岩罕", "authority": "父子" });
    let people = json!([{ "name": "岩温", "document": document }, { "name": "玉香" }]);
    let applicant = json!({ "people": people, "agent": agent, "summary": "" });
    assert_eq!(opened["applicant"], applicant);
    assert_eq!(opened["needs"], json!({ "care": ["minor"] }));
    assert_eq!(
        (&opened["request"], &opened["channel"]),
        (&json!("answer"), &json!("window"))
    );
}

#[test]
fn the_other_parties_are_a_list_in_the_order_of_the_line() {
    let line = "open --item mediation --topic land --place 530829101 --name 岩温 --respondent 李岩 --respondent 王五 \
                --respondent-phone 13800138000 --respondent-address 勐梭村三组";
    let opened = data::<Intake>(line);
    let first = json!({ "name": "李岩", "phone": "13800138000", "address": "勐梭村三组" });
    let respondents = json!([first, { "name": "王五" }]);
    assert_eq!(opened["applicant"]["respondents"], respondents);
}

#[test]
fn a_correction_sets_anew_only_what_is_written() {
    let line = format!("correct {CASE} --event {ID} --reason mistyped");
    let nothing = json!({ "event": ID, "reason": "mistyped" });
    assert_eq!(
        data::<Intake>(&format!("{line} --phone 1 --care minor")),
        nothing
    );
    let needs = data::<Intake>(&format!("{line} --needs"));
    assert_eq!(needs["needs"], json!({}));
    let named = data::<Intake>(&format!("{line} --name 岩温 --phone 1"));
    let people = json!([{ "name": "岩温", "phone": "1" }]);
    assert_eq!(
        named["applicant"],
        json!({ "people": people, "summary": "" })
    );
}

#[test]
fn material_is_one_copy_each_and_files_are_of_one_thing() {
    let two = data::<Intake>(&format!("material {CASE} identity-card property-title"));
    let one = |kind| json!({ "kind": kind, "copies": 1, "files": [] });
    assert_eq!(
        two,
        json!({ "materials": [one("identity-card"), one("property-title")] })
    );
    let hash = "0".repeat(64);
    let typed = read::<Intake>(&format!("material {CASE} a b --file {hash}"));
    assert!((typed.spec.finish)(&mut typed.data.clone()).is_err());
}

#[test]
fn the_subject_and_the_service_are_not_part_of_the_data() {
    let typed = read::<Parking>(&format!("skip referral {CASE} {ID} --why 重复上报"));
    assert_eq!(typed.service.unwrap().as_str(), "referral");
    assert_eq!(typed.case.unwrap().to_string(), CASE);
    assert_eq!(typed.data, json!({ "event": ID, "why": "重复上报" }));
}

#[test]
fn a_handing_over_has_one_ground() {
    let line = format!(
        "hand-over {CASE} --to s4k2m9qxa.window --purpose report --kinds identity,facts --law 人民调解法"
    );
    let expected = json!({
        "to": "s4k2m9qxa.window", "purpose": "report", "data": ["identity", "facts"],
        "basis": { "ground": "statute", "law": "人民调解法" },
    });
    assert_eq!(data::<Referral>(&line), expected);
}

#[test]
fn every_word_of_intake_has_its_place_in_the_help() {
    let words: Vec<&str> = Intake::specs().iter().map(|spec| spec.word).collect();
    for word in &words {
        assert!(Intake::ORDER.contains(word), "{word}");
    }
    let written = case::Command::NAMES.iter();
    let written = written.filter(|name| !COMPUTED.contains(name));
    assert_eq!(words.len(), written.count());
}
