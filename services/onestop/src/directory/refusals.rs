//! Why `onestop directory …` has no answer, in the reader's language.

use anyhow::{Error, anyhow};
use jiff::civil::Date;
use onestop_directory::{Directory, DueRefusal, Unroutable};
use onestop_proto::{
    division::DivisionCode,
    ids::{ServiceItem, Topic},
};

use crate::output::Output;

/// There is no division with a code.
pub(super) fn no_division(code: DivisionCode, output: &Output) -> Error {
    let code = code.to_string();
    anyhow!(output.message_with("directory-no-division", &[("code", &code)]))
}

/// The topic is not taken on that day.
pub(super) fn not_in_force(topic: &Topic, on: Date, output: &Output) -> Error {
    let day = output.day(on);
    let filled = [("topic", topic.as_str()), ("day", day.as_str())];
    anyhow!(output.message_with("route-topic-not-in-force", &filled))
}

/// Why a last day cannot be reckoned, with the option of the command line that is wrong.
pub(super) fn not_reckoned(refused: &DueRefusal, output: &Output) -> Error {
    let why = match refused {
        DueRefusal::NoSuchPlace => output.message("due-no-place"),
        DueRefusal::OutOfYears { .. } => output.message("due-out-of-years"),
        DueRefusal::NoLimit => output.message("due-no-limit"),
        DueRefusal::NeverStandsStill { basis } => {
            output.message_with("due-never-pauses", &[("basis", basis)])
        }
        DueRefusal::NotExtensible { times: 0, basis } => {
            output.message_with("due-never-extended", &[("basis", basis)])
        }
        DueRefusal::NotExtensible { times, basis } => {
            let times = times.to_string();
            let filled = [("times", times.as_str()), ("basis", basis.as_str())];
            output.message_with("due-not-extensible", &filled)
        }
        DueRefusal::BeforeItBegan => output.message("due-before-it-began"),
        DueRefusal::AfterItEnded => output.message("due-after-it-ended"),
    };
    anyhow!("--{}: {why}", refused.field())
}

/// Why no unit would get a case.
pub(super) fn not_routed(why: &Unroutable, directory: &Directory, output: &Output) -> Error {
    let named = |item: &ServiceItem| output.words(&directory.item_name(item)).to_owned();
    anyhow!(match why {
        Unroutable::UnknownItem { item, known } => {
            let filled = [("item", item.as_str()), ("known", known.as_str())];
            output.message_with("route-no-item", &filled)
        }
        Unroutable::UnknownTopic { item, topic, known } => {
            let item = named(item);
            let filled = [
                ("item", item.as_str()),
                ("topic", topic.as_str()),
                ("known", known.as_str()),
            ];
            output.message_with("route-no-topic", &filled)
        }
        Unroutable::UnknownPlace { place } => return no_division(*place, output),
        Unroutable::PlaceDoesNotDecide { about, given, law } => {
            let filled = [
                ("about", about.as_str()),
                ("given", output.text(given.text())),
                ("law", law.as_str()),
            ];
            output.message_with("route-place-does-not-decide", &filled)
        }
        Unroutable::NoResponsibleUnit { item, place } => {
            let (item, place) = (named(item), directory.full_name(*place));
            let filled = [("item", item.as_str()), ("place", place.as_str())];
            output.message_with("route-nobody-works", &filled)
        }
        Unroutable::NoUnitAvailable { item, place } => {
            let (item, place) = (named(item), directory.full_name(*place));
            let filled = [("item", item.as_str()), ("place", place.as_str())];
            output.message_with("route-nobody-left", &filled)
        }
    })
}

#[cfg(test)]
mod tests {
    use onestop_directory::RouteQuery;
    use onestop_proto::{routing::Urgency, text::Language};

    use super::*;

    #[test]
    fn what_has_no_answer_is_told_in_the_readers_language() {
        let directory = Directory::built_in().unwrap();
        let refused = directory.route(&RouteQuery {
            item: &"legal-aid".parse().unwrap(),
            topic: &"no-such-topic".parse().unwrap(),
            place: "530821".parse().unwrap(),
            place_kind: None,
            organ: None,
            on: "2026-11-28".parse().unwrap(),
            sent_away: &[],
            excluded: &[],
            urgency: Urgency::Ordinary,
            load: &|_| 0,
        });
        let why = refused.unwrap_err().why;
        let told = |language| {
            let output = Output::text_in(language);
            not_routed(&why, &directory, &output).to_string()
        };
        assert!(told(Language::Zh).starts_with("“法律援助”没有具体事项"));
        assert!(told(Language::En).contains("has no topic"));
        let output = Output::text_in(Language::Zh);
        let refused = not_reckoned(&DueRefusal::NoLimit, &output).to_string();
        assert!(refused.contains("没有期限"), "{refused}");
    }
}
