//! What people call a division: 宁洱 and 宁洱县 for 宁洱哈尼族彝族自治县, 新塘村 for 新塘村民委员会.

use onestop_proto::division::Tier;

use crate::divisions::Division;

/// What the committee of a village or of a neighbourhood is called, the longest first. People say any of them, or
/// 村, or 社区, or nothing.
const COMMITTEES: [&str; 5] = ["居民委员会", "村民委员会", "居民委员", "居委会", "村委会"];

/// The long ending of a division's name that has those of its nationalities before it, and the short one.
const AUTONOMOUS: [(&str, &str); 3] = [("自治县", "县"), ("自治州", "州"), ("族乡", "乡")];

/// A name without its ending is at least so long: two characters.
const SHORTEST: usize = 2;

/// The nationalities (民族) after which autonomous divisions are named.
const NATIONALITIES: [&str; 25] = [
    "阿昌族",
    "白族",
    "布朗族",
    "布依族",
    "傣族",
    "德昂族",
    "独龙族",
    "哈尼族",
    "回族",
    "基诺族",
    "景颇族",
    "拉祜族",
    "傈僳族",
    "满族",
    "蒙古族",
    "苗族",
    "纳西族",
    "怒族",
    "普米族",
    "水族",
    "佤族",
    "瑶族",
    "彝族",
    "藏族",
    "壮族",
];

/// A division's name without its ending, as officials shorten it: 普洱 of 普洱市, 宁洱 of 宁洱哈尼族彝族自治县, 新塘 of
/// 新塘村民委员会. A township keeps its ending, which tells 宁洱镇 from its county; and a name that would be too short.
pub(crate) fn short_name(division: &Division) -> &str {
    let (name, tier) = (division.name.as_str(), division.tier());
    let short = match tier {
        Tier::Township => name,
        Tier::Village => village_stem(name),
        Tier::Province | Tier::Prefecture | Tier::County => {
            let mut ends = ["自治州", "自治县"].iter();
            let autonomous = ends.find_map(|ending| name.strip_suffix(ending));
            let mut ends = endings(tier).iter();
            autonomous
                .map(without_nationalities)
                .or_else(|| ends.find_map(|ending| name.strip_suffix(ending)))
                .unwrap_or(name)
        }
    };
    if is_long(short) { short } else { name }
}

/// A text without the names of nationalities at its end.
fn without_nationalities(mut text: &str) -> &str {
    let last = |text: &str| {
        let mut known = NATIONALITIES.iter();
        known.find_map(|name| text.strip_suffix(name).map(str::len))
    };
    while let Some(shorter) = last(text).and_then(|length| text.get(..length)) {
        text = shorter;
    }
    text
}

/// The name of a village without what its kind is called: 新塘 of 新塘村, 新塘村委会 and 新塘社区居民委员会.
pub(crate) fn village_stem(name: &str) -> &str {
    let kind = name.find(['（', '(']).filter(|at| *at > 0);
    let name = kind.and_then(|at| name.get(..at)).unwrap_or(name);
    let committee = COMMITTEES
        .iter()
        .find_map(|committee| name.strip_suffix(committee));
    let mut stem = committee.filter(|stem| !stem.is_empty()).unwrap_or(name);
    for ending in ["社区", "村"] {
        stem = match stem.strip_suffix(ending) {
            Some(shorter) if !shorter.is_empty() => shorter,
            Some(_) | None => stem,
        };
    }
    stem
}

/// The text before a division's name at its end, once for each way in which people say the name.
pub(crate) fn before_name<'a>(text: &'a str, division: &Division) -> Vec<&'a str> {
    let name = division.name.as_str();
    let mut before: Vec<&str> = text.strip_suffix(name).into_iter().collect();
    if division.tier() == Tier::Village {
        before.extend(village_stem(text).strip_suffix(village_stem(name)));
        return before;
    }
    for ending in endings(division.tier()) {
        let stem = name.strip_suffix(ending).filter(|stem| is_long(stem));
        before.extend(stem.and_then(|stem| text.strip_suffix(stem)));
    }
    let known = AUTONOMOUS.iter().find(|(long, _)| name.ends_with(long));
    if let Some((_, short)) = known {
        let spoken = [text.strip_suffix(short), Some(text)];
        for spoken in spoken.into_iter().flatten() {
            before.extend(without_beginning(name, spoken));
        }
    }
    before
}

/// The endings that people leave out of the name of a division.
const fn endings(tier: Tier) -> &'static [&'static str] {
    match tier {
        Tier::Province => &["省"],
        Tier::Prefecture => &["市", "地区"],
        Tier::County => &["县", "市", "区"],
        Tier::Township => &["街道", "镇", "乡"],
        Tier::Village => &[],
    }
}

fn is_long(stem: &str) -> bool {
    stem.chars().count() >= SHORTEST
}

/// The text before the longest beginning of `name`, two characters at least, at the end of a text.
fn without_beginning<'a>(name: &str, text: &'a str) -> Option<&'a str> {
    let ends = name
        .char_indices()
        .map(|(at, character)| at + character.len_utf8())
        .skip(SHORTEST - 1);
    let beginnings = ends.filter_map(|end| name.get(..end));
    beginnings
        .filter_map(|beginning| text.strip_suffix(beginning))
        .last()
}

#[cfg(test)]
mod tests {
    use super::{short_name, village_stem};
    use crate::divisions::Division;

    #[test]
    fn officials_leave_out_the_ending_of_a_name() {
        for (code, name, short) in [
            ("53", "云南省", "云南"),
            ("5308", "普洱市", "普洱"),
            ("5328", "西双版纳傣族自治州", "西双版纳"),
            ("530821", "宁洱哈尼族彝族自治县", "宁洱"),
            ("533324", "贡山独龙族怒族自治县", "贡山"),
            ("530802", "思茅区", "思茅"),
            ("533103", "芒市", "芒市"),
            ("530922", "云县", "云县"),
            ("530821101", "宁洱镇", "宁洱镇"),
            ("530821101201", "新塘村民委员会", "新塘"),
            ("530115003205", "草村村委会", "草村村委会"),
        ] {
            let (code, name) = (code.parse().unwrap(), name.to_owned());
            assert_eq!(short_name(&Division { code, name }), short);
        }
    }

    #[test]
    fn a_village_is_one_whatever_its_kind_is_called() {
        for name in [
            "新塘",
            "新塘村",
            "新塘社区",
            "新塘村委会",
            "新塘居委会",
            "新塘村民委员会",
            "新塘村村民委员会",
            "新塘社区居委会",
            "新塘社区居民委员会",
            "新塘村民委员会（农村社区）",
            "新塘村社区居民委员会",
        ] {
            assert_eq!(village_stem(name), "新塘", "{name}");
        }
        assert_eq!(village_stem("新村"), village_stem("新村村委会"));
        for kind in ["村", "社区", "村委会", ""] {
            assert_eq!(village_stem(kind), kind);
        }
    }
}
