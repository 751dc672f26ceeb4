//! The kinds of change, and the fields of their forms.

use jiff::civil::Date;
use onestop_proto::{
    division::Tier,
    registry::{self, fixes_days_off, sets_means_line},
    text::Words,
    typed_numbers::whole_number,
};
use serde_json::{Map, Value, json};

use super::hours_field::{hours_problem, set_plain_hours};
use crate::core::{
    command_schema,
    form_data::{FormData, split_list},
    typed_dates,
};

/// A field of a form. Its name is that of the command's field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Unit,
    Text(&'static str),
    Day(&'static str),
    /// Words between spaces.
    List(&'static str),
    /// Opening hours, perhaps with the days of the week before them.
    Hours,
    /// Days of the week.
    Weekdays,
    /// Items that the site offers.
    Items,
    State,
    /// A point of the standard.
    Checkpoint,
    Finding,
    Step,
    Number(&'static str),
    DayKind,
    Item,
    /// An item, or a topic of it.
    Matter,
    Papers,
    Residence,
    MeansBase,
}

impl Field {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Text(name) | Self::Day(name) | Self::List(name) | Self::Number(name) => name,
            Self::Hours => "hours",
            Self::Weekdays => "weekdays",
            Self::Items => "items",
            Self::State => "state",
            Self::Checkpoint => "checkpoint",
            Self::Finding => "finding",
            Self::Step => "step",
            Self::DayKind => "day_kind",
            Self::Item | Self::Matter => "item",
            Self::Papers => "papers",
            Self::Residence => "residence",
            Self::MeansBase => "base",
        }
    }

    /// What was typed, as the command has it; nothing where nothing was.
    fn value(self, typed: &FormData) -> Option<Value> {
        let name = self.name();
        match self {
            Self::Unit
            | Self::Text(_)
            | Self::State
            | Self::Checkpoint
            | Self::Finding
            | Self::Step
            | Self::DayKind
            | Self::Residence
            | Self::MeansBase
            | Self::Day(_)
            | Self::Item => typed.filled(name).map(|text| json!(text)),
            // What is no number, the registry refuses by the name of the field.
            Self::Number(_) => typed.filled(name).map(|text| {
                let number = whole_number(text).and_then(|number| u32::try_from(number).ok());
                number.map_or_else(|| json!(text), |number| json!(number))
            }),
            Self::List(_) | Self::Hours => {
                let words: Vec<&str> = split_list(typed.get(name)).collect();
                (!words.is_empty()).then(|| json!(words))
            }
            // The item of an item's topic.
            Self::Matter => typed
                .filled(name)
                .map(|text| json!(text.split_once('.').map_or(text, |(item, _)| item))),
            // Which days, the registry asks for by its own words; no papers are a list of none.
            Self::Weekdays | Self::Papers => Some(json!(typed.all(name).collect::<Vec<_>>())),
            Self::Items => {
                let items: Vec<&str> = typed.all(name).collect();
                (!items.is_empty()).then(|| json!(items))
            }
        }
    }
}

/// A kind of change: a command of the registry, and its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    command: &'static str,
    fields: &'static [Field],
}

const FROM: Field = Field::Day("from");
const UNTIL: Field = Field::Day("until");
const EVIDENCE: Field = Field::Text("evidence");

/// The change that prefectures and counties make alone.
const DAYS_OFF: &str = "declare-days-off";

/// The change that the province and prefectures make alone.
const MEANS_LINE: &str = "set-means-line";

const BASIS: Field = Field::Text("basis");

#[rustfmt::skip]
const CHANGES: &[Change] = &[
    Change { command: "confirm-entry", fields: &[] },
    Change { command: "change-contact", fields: &[Field::Unit, Field::Text("phone"), Field::Text("address"), FROM] },
    Change { command: "set-hours", fields: &[Field::Weekdays, Field::Hours, Field::Items, FROM, UNTIL] },
    Change { command: "set-duty", fields: &[Field::Unit, Field::Weekdays, Field::List("names"), FROM, UNTIL] },
    Change { command: "mark-full", fields: &[Field::Unit, UNTIL, FROM] },
    Change { command: "mark-free", fields: &[Field::Unit, FROM] },
    Change { command: "set-state", fields: &[Field::State, EVIDENCE, Field::Text("document_number"), FROM, UNTIL] },
    Change { command: "plan-opening", fields: &[Field::Day("opens"), Field::Text("reason")] },
    Change { command: "check-standard", fields: &[Field::Checkpoint, Field::Finding, EVIDENCE] },
    Change { command: "set-limit", fields: &[Field::Step, Field::Number("days"), Field::DayKind, BASIS, FROM, UNTIL] },
    Change { command: "set-papers", fields: &[Field::Matter, Field::Papers, BASIS, FROM, UNTIL] },
    Change { command: "move-item-in", fields: &[Field::Item, FROM] },
    Change { command: "move-item-out", fields: &[Field::Item, FROM] },
    Change { command: MEANS_LINE, fields: &[Field::Residence, Field::MeansBase, Field::Number("base_amount"), Field::Number("base_percent"), BASIS, FROM, UNTIL] },
    Change { command: DAYS_OFF, fields: &[Field::Text("holiday"), FROM, UNTIL, BASIS] },
];

impl Change {
    pub(super) fn all() -> Vec<Self> {
        CHANGES.to_vec()
    }

    pub(super) fn of(command: &str) -> Option<Self> {
        let mut known = CHANGES.iter().copied();
        known.find(|change| change.command == command)
    }

    pub(super) const fn command(&self) -> &'static str {
        self.command
    }

    pub(super) const fn fields(&self) -> &'static [Field] {
        self.fields
    }

    /// Whether sites of a tier record it, as the registry decides.
    pub(super) fn is_recorded_at(&self, tier: Tier) -> bool {
        match self.command {
            DAYS_OFF => fixes_days_off(tier),
            MEANS_LINE => sets_means_line(tier),
            _ => true,
        }
    }

    pub(super) fn title(&self) -> Option<Words> {
        command_schema::title(&registry::service(), self.command)
    }

    /// What was typed, with its days and hours as programs read them.
    pub(super) fn with_plain_times(&self, typed: &FormData, today: Date) -> FormData {
        let mut plain = typed.clone();
        for field in self.fields {
            match (field, typed.filled(field.name())) {
                (Field::Day(name), Some(text)) => {
                    plain.set(name, typed_dates::plain(text, today));
                }
                (Field::Hours, Some(text)) => set_plain_hours(&mut plain, text),
                _ => {}
            }
        }
        plain
    }

    /// Whether a field has to be filled in.
    pub(super) fn requires(&self, field: &Field) -> bool {
        let schema = command_schema::schema(&registry::service(), self.command);
        let required = schema.map(|(schema, _)| schema["required"].clone());
        let all = required.as_ref().and_then(Value::as_array);
        all.is_some_and(|all| all.iter().any(|name| name == field.name()))
    }

    /// The fields that have to be filled in and are not, and those that want a number or a day and have none: each with the
    /// id of the message that says so.
    pub(super) fn mistakes(&self, typed: &FormData) -> Vec<(Field, &'static str)> {
        let mistake = |field: &Field| match (field, field.value(typed)) {
            (_, None) if self.requires(field) => Some("problem-missing"),
            (Field::Number(_), Some(Value::String(_))) => Some("problem-number"),
            (Field::Day(_), Some(day)) if !is_day(&day) => Some("problem-day"),
            (Field::Hours, Some(_)) => hours_problem(typed.get(field.name())),
            _ => None,
        };
        let fields = self.fields.iter();
        fields
            .filter_map(|field| Some((*field, mistake(field)?)))
            .collect()
    }

    /// The command's data; about the site where it names no unit.
    pub(super) fn data(&self, site: &str, typed: &FormData) -> Value {
        let mut data = Map::new();
        if !self.fields.contains(&Field::Unit) {
            data.insert("site".to_owned(), json!(site));
        }
        for field in self.fields {
            if let Some(value) = field.value(typed) {
                data.insert(field.name().to_owned(), value);
            }
            if let (Field::Matter, Some((_, topic))) = (field, typed.get("item").split_once('.')) {
                data.insert("topic".to_owned(), json!(topic));
            }
        }
        Value::Object(data)
    }
}

fn is_day(value: &Value) -> bool {
    let text = value.as_str();
    text.is_some_and(|text| text.parse::<Date>().is_ok())
}

#[cfg(test)]
mod tests;
