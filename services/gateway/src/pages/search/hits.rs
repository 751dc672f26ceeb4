//! What a search found: one line a case, with where it was hit.

use onestop_proto::{
    ids::CaseNumber,
    ledger::CaseRow,
    personal::{MatchingCase, PersonSearchResult},
    text::Text,
    time::Timestamp,
    typed::{code_signs, half_width},
};

use crate::pages::{
    needs::Need,
    person_search_status::FoundStatus,
    shell::Page,
    table_sort::{HeadOf, TableSort, sort_columns},
};

sort_columns! {
    /// A column by which hits are sorted; without one, the cases of people come first.
    pub(in crate::pages) enum HitColumn {
        Number = "number",
        Item = "item",
        Place = "place",
        Holder = "holder",
        Stage = "stage",
        Opened = "opened",
    }
}

/// The heads of the table.
pub(in crate::pages) const HIT_HEADS: [HeadOf<HitColumn>; 7] = [
    HeadOf::Sorted(HitColumn::Number, "number"),
    HeadOf::Plain("search-where"),
    HeadOf::Sorted(HitColumn::Item, "item"),
    HeadOf::Sorted(HitColumn::Place, "case-place"),
    HeadOf::Sorted(HitColumn::Holder, "case-holder"),
    HeadOf::Sorted(HitColumn::Stage, "case-stage"),
    HeadOf::Sorted(HitColumn::Opened, "opened"),
];

/// A case that was found, in words.
pub(in crate::pages) struct Hit {
    pub(in crate::pages) number: CaseNumber,
    pub(in crate::pages) needs: Vec<Need>,
    pub(in crate::pages) about: String,
    pub(in crate::pages) place: String,
    pub(in crate::pages) holder: String,
    pub(in crate::pages) stage: String,
    pub(in crate::pages) opened: String,
    pub(in crate::pages) opened_at: Timestamp,
    /// Where it was hit: the name, the place.
    pub(in crate::pages) places_hit: Vec<String>,
}

/// The cases of people first.
#[derive(Default)]
pub(super) struct Hits(Vec<Hit>);

impl Hits {
    pub(super) fn into_list(mut self, sort: TableSort<HitColumn>) -> Vec<Hit> {
        sort.apply(&mut self.0, |column, one, other| match column {
            HitColumn::Number => one.number.cmp(&other.number),
            HitColumn::Item => one.about.cmp(&other.about),
            HitColumn::Place => one.place.cmp(&other.place),
            HitColumn::Holder => one.holder.cmp(&other.holder),
            HitColumn::Stage => one.stage.cmp(&other.stage),
            HitColumn::Opened => one.opened_at.cmp(&other.opened_at),
        });
        self.0
    }

    /// Adds the cases of a person.
    pub(super) fn add_people(
        &mut self,
        found: &PersonSearchResult,
        status: &FoundStatus,
        page: &Page<'_>,
    ) {
        for case in &found.cases {
            let why = case.why.iter().map(|why| page.i18n.text(why.text()));
            let why = why.map(str::to_owned).collect();
            self.0.push(of_person(case, why, status.of(case), page));
        }
    }

    /// Adds the cases with these words, and says of one that is there already that the words hit it too.
    pub(super) fn add_matters(&mut self, rows: &[CaseRow], words: &str, page: &Page<'_>) {
        for row in rows {
            let places_hit = where_hit(row, words, page);
            let known = self.0.iter_mut().find(|hit| hit.number == row.number);
            match known {
                Some(hit) => hit.places_hit.extend(places_hit),
                None => self.0.push(Hit {
                    number: row.number.clone(),
                    needs: page.needs(row),
                    about: page.about(&row.item, &row.topic),
                    place: page.place(&row.place),
                    holder: page.unit(&row.holder),
                    stage: page.standing(row),
                    opened: page.moment(&row.opened_at),
                    opened_at: row.opened_at,
                    places_hit,
                }),
            }
        }
    }
}

fn of_person(case: &MatchingCase, places_hit: Vec<String>, status: Text, page: &Page<'_>) -> Hit {
    Hit {
        number: case.number.clone(),
        needs: page.found_needs(case),
        about: page.about(&case.item, &case.topic),
        place: page.place(&case.place),
        holder: page.unit(&case.holder),
        stage: page.i18n.text(status).to_owned(),
        opened: page.moment(&case.opened_at),
        opened_at: case.opened_at,
        places_hit,
    }
}

/// Where the ledger hit a case: it finds by number, matter, place and units.
fn where_hit(row: &CaseRow, words: &str, page: &Page<'_>) -> Vec<String> {
    let directory = &page.app.directory;
    let about = directory.subject_name(&row.item, &row.topic);
    let also = directory.also_called(&row.item, &row.topic);
    let places = [row.place, row.window_division].map(|place| directory.full_name(place));
    let units = [page.unit(&row.window), page.unit(&row.holder)];
    let code = row.short_code.as_ref().map(ToString::to_string);
    let numbers = std::iter::once(code_signs(row.number.as_str())).chain(code);
    let numbers: Vec<String> = numbers.collect();
    let searched = [
        ("search-in-number", numbers),
        (
            "search-in-matter",
            [[about.zh, about.en].as_slice(), also].concat(),
        ),
        ("search-in-place", places.to_vec()),
        ("search-in-unit", units.to_vec()),
    ];
    let words = half_width(words).to_lowercase();
    let words = words.split_whitespace();
    let words: Vec<&str> = words
        .filter(|word| word.contains(char::is_alphanumeric))
        .collect();
    let has = |texts: &[String]| {
        let mut texts = texts.iter().map(|text| text.to_lowercase());
        texts.any(|text| {
            let mut words = words.iter();
            words.any(|word| text.contains(*word) || text.contains(&code_signs(word)))
        })
    };
    let hit = searched.iter().filter(|(_, texts)| has(texts));
    hit.map(|(id, _)| page.i18n.t(id)).collect()
}
