//! The matters that people can choose on `/places`, and who serves the chosen one.

use jiff::civil::Date;
use onestop_directory::{Division, Item, Serving};
use onestop_proto::{
    division::DivisionCode,
    ids::{ServiceItem, Topic},
    text::Words,
};

use crate::{
    core::{page_error::PageError, query_string::parse_filled},
    pages::shell::Page,
};

/// Signs of the shortest word by which matters are sought: one sign is in most names.
const SHORTEST: usize = 2;

/// A matter that can be chosen: an item, with its topics.
pub(super) struct MatterOption<'a> {
    pub(super) item: &'a Item,
    /// The values and names of its topics, with what people say instead.
    pub(super) topics: Vec<(String, String)>,
}

/// The chosen matter.
pub(super) struct Matter<'a> {
    /// `<item>` or `<item>.<topic>`.
    pub(super) value: String,
    pub(super) name: String,
    pub(super) bring: String,
    /// What a bureau has set the papers by, and since when.
    pub(super) rule: Option<String>,
    pub(super) fees: Option<&'a str>,
    /// Who serves it at the chosen place, the nearest first.
    pub(super) serving: Vec<Serving<'a>>,
}

impl Page<'_> {
    /// The names of the material to bring at a place on a day.
    pub(in crate::pages) fn materials(
        &self,
        (item, topic): (&Item, Option<&Topic>),
        place: DivisionCode,
        on: Date,
    ) -> String {
        let directory = &self.app.directory;
        let named = directory
            .materials_for((item, topic), place, on)
            .into_iter();
        self.list(named.map(|words| self.i18n.words(words)))
    }
}

/// The items there are, with the topics that are taken on a day.
pub(super) fn options<'a>(page: &Page<'a>, on: Date) -> Vec<MatterOption<'a>> {
    let option = |item: &'a Item| {
        let topics = item.topics_on(on).map(|topic| {
            let name = page.i18n.words(&topic.name);
            let value = format!("{}.{}", item.id, topic.id);
            if topic.also.is_empty() {
                return (value, name.to_owned());
            }
            let also = page.list(&topic.also);
            (value, format!("{name}{}", page.in_brackets(&also)))
        });
        MatterOption {
            item,
            topics: topics.collect(),
        }
    };
    page.app.directory.items().map(option).collect()
}

/// A matter that people may mean.
pub(super) struct CalledMatter {
    /// `<item>` or `<item>.<topic>`.
    pub(super) value: String,
    pub(super) name: String,
}

/// The matters that are called so, or in whose everyday names (俗称) it is: 讨薪.
pub(super) fn called(page: &Page<'_>, text: &str, on: Date) -> Vec<CalledMatter> {
    let text = text.to_lowercase();
    if text.chars().count() < SHORTEST {
        return Vec::new();
    }
    let is_in = |name: &str| name.to_lowercase().contains(&text);
    let is_called = |words: &Words| is_in(&words.zh) || is_in(&words.en);
    let of_item = |item: &Item| {
        let topics = item
            .topics_on(on)
            .filter(|topic| is_called(&topic.name) || topic.also.iter().any(|also| is_in(also)));
        let topics = topics.map(|topic| CalledMatter {
            value: format!("{}.{}", item.id, topic.id),
            name: page.about(&item.id, &topic.id),
        });
        let whole = is_called(&item.name).then(|| CalledMatter {
            value: item.id.to_string(),
            name: page.i18n.words(&item.name).to_owned(),
        });
        whole.into_iter().chain(topics).collect::<Vec<_>>()
    };
    page.app.directory.items().flat_map(of_item).collect()
}

/// Signs of the longest text in which a place and a matter are sought together.
const LONGEST: usize = 24;

/// A place and a matter that are typed together, as people say them: `新塘村讨薪`, `法律援助 宁洱镇`. Of several readings the one with
/// the longest place counts; nothing where no part is a place and the rest a matter.
pub(super) fn at_place<'a>(
    page: &Page<'a>,
    text: &str,
    (near, on): (Option<DivisionCode>, Date),
    limit: usize,
) -> Option<(Vec<&'a Division>, Vec<CalledMatter>)> {
    let signs = text.chars().count();
    if signs > LONGEST {
        return None;
    }
    let cuts = text.char_indices().map(|(at, _)| at).skip(1);
    let readings = cuts.flat_map(|at| {
        let (before, behind) = text.split_at(at);
        [
            (before.trim(), behind.trim()),
            (behind.trim(), before.trim()),
        ]
    });
    let mut readings: Vec<(&str, &str)> = readings
        .filter(|(place, _)| place.chars().count() >= SHORTEST)
        .collect();
    readings.sort_by_key(|(place, _)| std::cmp::Reverse(place.chars().count()));
    readings.into_iter().find_map(|(place, matter)| {
        let mut called = called(page, matter, on);
        // Of an item that is named in full its topics are not asked for.
        if let Some(exact) = called.iter().position(|one| one.name == matter) {
            called = vec![called.swap_remove(exact)];
        }
        if called.is_empty() {
            return None;
        }
        let found = page.app.directory.find_near(place, near, limit);
        (!found.is_empty()).then_some((found, called))
    })
}

/// The matter that a request names; none if it names none.
///
/// # Errors
/// If there is no such matter.
pub(super) fn chosen<'a>(
    page: &Page<'a>,
    value: &str,
    (place, on): (Option<DivisionCode>, Date),
) -> Result<Option<Matter<'a>>, PageError> {
    let (item, topic) = value.trim().split_once('.').unwrap_or((value, ""));
    let Some(item) = parse_filled::<ServiceItem>("item", item)? else {
        return Ok(None);
    };
    let topic = parse_filled::<Topic>("topic", topic)?;
    let directory = &page.app.directory;
    let item = directory.item(&item).ok_or_else(PageError::not_found)?;
    let name = match &topic {
        Some(topic) if item.topic(topic).is_none() => return Err(PageError::not_found()),
        Some(topic) => page.about(&item.id, topic),
        None => page.i18n.words(&item.name).to_owned(),
    };
    let topic = topic.as_ref();
    let serving = place.map(|place| directory.serving(item, topic, place, on));
    // Without a place: what the whole province asks for.
    let all = directory.divisions().next().map(|province| province.code);
    let bring = place
        .or(all)
        .map(|place| page.materials((item, topic), place, on));
    let rule = place.and_then(|place| directory.papers_rule((item, topic), place, on));
    Ok(Some(Matter {
        value: value.trim().to_owned(),
        name,
        bring: bring.unwrap_or_default(),
        rule: rule.map(|set| {
            let day = page.day(&set.from);
            let basis = set.basis.clone();
            page.i18n.t2("places-rule", "basis", basis, "day", day)
        }),
        fees: item.fees(topic).map(|fees| page.i18n.words(fees)),
        serving: serving.unwrap_or_default(),
    }))
}
