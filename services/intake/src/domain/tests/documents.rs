//! No number of one kind of document passes as that of another kind.

use onestop_proto::{
    case::{Document, DocumentKind, check_character},
    rejection::Explain,
};
use proptest::prelude::*;

use super::*;

/// A number, the kind that has it, and the kinds of which no rule can tell it.
struct Sample {
    number: String,
    kind: DocumentKind,
    also: &'static [DocumentKind],
}

/// What is free in a number: its serial, and the day of birth in it.
#[derive(Debug, Clone, Copy)]
struct Holder {
    serial: u32,
    /// As in 19900307.
    birth: u32,
}

fn holders() -> impl Strategy<Value = Holder> {
    let parts = (0_u32..10_000_000, 1930_u32..2000, 1_u32..13, 1_u32..29);
    parts.prop_map(|(serial, year, month, day)| Holder {
        serial,
        birth: year * 10_000 + month * 100 + day,
    })
}

fn checked(seventeen: &str) -> String {
    let check = check_character(seventeen).unwrap();
    format!("{seventeen}{}", char::from(check))
}

/// Numbers of one person in each kind of document.
fn samples(holder: Holder) -> Vec<Sample> {
    use DocumentKind::{
        CreditCode, HmtResidencePermit, HmtTravelPermit, IdentityCard, OldIdentityCard, Other,
        Passport, PermanentResidenceCard, ResidencePermit, TaiwanTravelPermit,
    };
    let Holder { serial, birth } = holder;
    let short = serial % 1_000;
    let of = |kind, number: String, also| Sample { number, kind, also };
    // The kind from before the two with a check digit takes both.
    let former: &[DocumentKind] = &[ResidencePermit];
    vec![
        of(
            IdentityCard,
            checked(&format!("530821{birth}{short:03}")),
            &[],
        ),
        of(
            OldIdentityCard,
            format!("530821{:06}{short:03}", birth % 1_000_000),
            &[],
        ),
        of(
            HmtResidencePermit,
            checked(&format!("810000{birth}{short:03}")),
            former,
        ),
        of(
            HmtResidencePermit,
            checked(&format!("830000{birth}{short:03}")),
            former,
        ),
        of(
            PermanentResidenceCard,
            checked(&format!("9{:05}{birth}{short:03}", serial % 100_000)),
            former,
        ),
        of(ResidencePermit, format!("MMR{serial:012}"), &[]),
        of(Passport, format!("E{serial:08}"), &[]),
        of(Passport, format!("EB{serial:07}"), &[]),
        // Of Myanmar: a paper of an office may have the same.
        of(Passport, format!("MB{:06}", serial % 1_000_000), &[Other]),
        of(HmtTravelPermit, format!("H{serial:08}"), &[]),
        of(HmtTravelPermit, format!("M{serial:08}02"), &[]),
        // Passports of the Republic of Korea have the same.
        of(HmtTravelPermit, format!("M{serial:08}"), &[Passport, Other]),
        // Passports of Norway have the same.
        of(
            TaiwanTravelPermit,
            format!("{serial:08}"),
            &[Passport, Other],
        ),
        of(TaiwanTravelPermit, format!("{serial:010}(B)"), &[]),
        of(CreditCode, "91350100M000100Y43".to_owned(), &[]),
        of(Other, format!("云字第{serial}号"), &[]),
    ]
}

/// Whether a case is opened with it, or refused for another reason than its number.
fn is_taken(world: &World, kind: DocumentKind, number: &str) -> bool {
    let mut open = open("consultation", "family", TOWN);
    open.applicant.people[0].document = Some(Document {
        kind,
        number: Some(number.to_owned()),
    });
    match world.after(&[]).when(open) {
        Ok(_) => true,
        Err(refused) => {
            let details = refused.rejected().details.to_string();
            !details.contains("document.number")
        }
    }
}

#[test]
fn no_number_passes_as_that_of_another_kind() {
    let world = world();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 8,
        ..ProptestConfig::default()
    });
    let run = runner.run(&holders(), |holder| {
        for Sample {
            number,
            kind: own,
            also,
        } in samples(holder)
        {
            let kinds = DocumentKind::ALL.iter();
            for kind in kinds.filter(|kind| **kind != DocumentKind::None) {
                let fits = *kind == own || also.contains(kind);
                let is_taken = is_taken(&world, *kind, &number);
                prop_assert_eq!(is_taken, fits, "{} as {}", number, kind);
            }
        }
        Ok(())
    });
    run.unwrap();
}
