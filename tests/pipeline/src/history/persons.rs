//! The persons of cases: names that resemble each other as names do, telephones and identity numbers that are
//! theirs alone.

use onestop_proto::case::{Applicant, Document, DocumentKind, Person};

const SURNAMES: [&str; 20] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "岩", "玉", "刀", "白", "罗", "普",
    "李", "和", "木", "段",
];
const GIVEN: [&str; 40] = [
    "明", "丽", "强", "芳", "伟", "秀", "兰", "军", "平", "华", "勇", "艳", "杰", "娟", "涛", "霞",
    "超", "梅", "刚", "玲", "温", "罕", "香", "龙", "凤", "春", "燕", "云", "海", "山", "江", "志",
    "文", "德", "福", "贵", "祥", "国", "建", "新",
];

/// An applicant with a name of three characters, a telephone and an identity card.
pub(super) fn applicant(random: &mut fastrand::Rng) -> Applicant {
    let mut draw = |of: &[&'static str]| of[random.usize(..of.len())];
    let name = format!("{}{}{}", draw(&SURNAMES), draw(&GIVEN), draw(&GIVEN));
    let phone = format!("138{:08}", random.u32(..100_000_000));
    let number = identity_number(random);
    let person = Person {
        phone: Some(phone),
        document: Some(Document {
            kind: DocumentKind::IdentityCard,
            number: Some(number),
        }),
        ..Person::named(&name)
    };
    Applicant {
        people: vec![person],
        agent: None,
        summary: "工地拖欠工资三个月，请求支付劳动报酬".to_owned(),
        respondents: Vec::new(),
    }
}

/// An identity number of Ning'er, born in the seventies, with the check character of GB 11643.
fn identity_number(random: &mut fastrand::Rng) -> String {
    let year = random.u32(1970..1980);
    let month = random.u32(1..=12);
    let day = random.u32(1..=28);
    let digits = format!("530821{year}{month:02}{day:02}{:03}", random.u32(..1_000));
    let weights = [7_u32, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let values = digits.bytes().map(|digit| u32::from(digit - b'0'));
    let sum: u32 = values
        .zip(weights)
        .map(|(value, weight)| value * weight)
        .sum();
    let check = ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"];
    format!("{digits}{}", check[(sum % 11) as usize])
}
