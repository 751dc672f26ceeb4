//! Notices of holidays for tests, as they are added to `calendar.toml`.

/// The holidays of 2027, announced: longer than what is computed before the notice.
pub const NOTICE_2027: &str = r#"
[[year]]
year = 2027
notice = "试验"
working = [2027-01-10]
off = [
    { name = "元旦", from = 2027-01-01, to = 2027-01-05 },
    { name = "春节", from = 2027-02-05, to = 2027-02-12 },
    { name = "劳动节", from = 2027-05-01, to = 2027-05-05 },
    { name = "国庆节", from = 2027-10-01, to = 2027-10-07 },
]
"#;

/// New Year's Day of 2027 with four days more, and a Sunday worked for them; the other holidays as they are computed.
pub const NEW_YEAR_2027: &str = r#"
[[year]]
year = 2027
notice = "试验"
working = [2027-01-10]
off = [
    { name = "元旦", from = 2027-01-01, to = 2027-01-05 },
    { name = "劳动节", from = 2027-05-01, to = 2027-05-02 },
    { name = "国庆节", from = 2027-10-01, to = 2027-10-03 },
]
"#;
