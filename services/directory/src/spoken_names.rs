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
    use super::village_stem;

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
