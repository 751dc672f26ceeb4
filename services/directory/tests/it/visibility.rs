//! Who may be told of a case.

use onestop_directory::Directory;

fn told(by: &str, kind: &str) -> bool {
    let directory = Directory::built_in().unwrap();
    let unit = |text: &str| {
        let (code, kind) = text.split_once('.').unwrap();
        let found = directory.unit_at(code.parse().unwrap(), &kind.parse().unwrap());
        found.unwrap().clone()
    };
    let (role, at) = (kind, unit(by));
    let actor = format!("{role}/zhang-li@{}", at.id).parse().unwrap();
    let matter = unit("530821.legal-aid");
    directory.may_see_any(&actor, [&matter.id], [matter.division])
}

#[test]
fn a_unit_and_those_who_answer_for_its_division_are_told_and_nobody_else() {
    let cases = [
        ("530821.legal-aid", "specialist", true),
        ("530821.legal-aid", "unit-administrator", true),
        ("530821.legal-aid", "system", false),
        ("530822.legal-aid", "specialist", false),
        ("5308.bureau", "supervisor", true),
        ("5308.bureau", "auditor", true),
        ("5308.bureau", "unit-administrator", false),
        ("530821.bureau", "supervisor", true),
        ("530822.bureau", "supervisor", false),
        ("5309.bureau", "auditor", false),
        // A body outside the bureau oversees nothing, whatever role its staff were given.
        ("530821.notarization", "supervisor", false),
        ("530821.notarization", "auditor", false),
    ];
    for (by, role, wanted) in cases {
        assert_eq!(told(by, role), wanted, "{role} of {by}");
    }
}
