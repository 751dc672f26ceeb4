//! Who asks: are they named, can their numbers be numbers, whom is special care due to?

use jiff::civil::Date;
use onestop_proto::case::{
    Agent, Applicant, Care, Document, DocumentKind, IdentityFault, Person, Rejection, Warning,
};

use super::{
    Context,
    identity::{Identity, age},
};

/// The longest name on record has 19 characters; rare ones are longer.
const NAME_LIMIT: usize = 60;
/// What fits on a receipt.
const SUMMARY_LIMIT: usize = 2_000;
/// An address, an authority, a passport's number.
const LINE_LIMIT: usize = 200;
/// More come with one matter than fit on a form; a village's dispute about land has some dozens.
const MOST_PEOPLE: usize = 100;
/// 未成年人保护法 art. 2: under eighteen.
const OF_AGE: i16 = 18;
/// 老年人权益保障法 art. 2: sixty and older.
const ELDERLY: i16 = 60;

/// What is worth knowing of the people who ask, and not personal.
#[derive(Default)]
pub(super) struct Known {
    pub(super) warnings: Vec<Warning>,
    pub(super) care: Vec<Care>,
}

impl Known {
    fn warn(&mut self, warning: Warning) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    fn care_by(&mut self, birth: Date, today: Date) {
        let care = match age(birth, today) {
            ..OF_AGE => Care::Minor,
            ELDERLY.. => Care::Elderly,
            _ => return,
        };
        if !self.care.contains(&care) {
            self.care.push(care);
        }
    }
}

/// Checks what was taken down of the people who ask.
///
/// # Errors
/// The field that is missing, too long, or no number that can be.
pub(super) fn check(applicant: &Applicant, context: &Context<'_>) -> Result<Known, Rejection> {
    let mut known = Known::default();
    if applicant.people.is_empty() {
        return Err(incomplete(
            "applicant.people",
            "填写至少一位来访人 / at least one person",
        ));
    }
    if applicant.people.len() > MOST_PEOPLE {
        return Err(incomplete(
            "applicant.people",
            "不超过 100 人，可推选代表人 / at most 100; they may choose representatives",
        ));
    }
    for (index, one) in applicant.people.iter().enumerate() {
        person(
            one,
            &format!("applicant.people[{index}]"),
            &mut known,
            context,
        )?;
    }
    if let Some(agent) = &applicant.agent {
        speaks_for_them(agent, &mut known, context)?;
    }
    no_longer(&applicant.summary, "applicant.summary", SUMMARY_LIMIT)?;
    Ok(known)
}

fn person(
    person: &Person,
    field: &str,
    known: &mut Known,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let today = context.now.china_date();
    named(&person.name, field)?;
    reachable(person.phone.as_deref(), field)?;
    let address = person.address.as_deref().unwrap_or_default();
    no_longer(address, &format!("{field}.address"), LINE_LIMIT)?;
    if person.birth.is_some_and(|birth| birth > today) {
        return Err(incomplete(
            &format!("{field}.birth"),
            "出生日期在将来 / the day of birth is in the future",
        ));
    }
    let by_number = match &person.document {
        Some(shown) => document(shown, field, known, context)?,
        None => None,
    };
    if let (Some(said), Some(by_number)) = (person.birth, by_number)
        && said != by_number
    {
        return Err(incomplete(
            &format!("{field}.birth"),
            "与身份证号码中的出生日期不一致 / not the day of birth in the identity number",
        ));
    }
    if let Some(birth) = by_number.or(person.birth) {
        known.care_by(birth, today);
    }
    Ok(())
}

fn speaks_for_them(
    agent: &Agent,
    known: &mut Known,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let field = "applicant.agent";
    named(&agent.name, field)?;
    reachable(agent.phone.as_deref(), field)?;
    if agent.authority.trim().is_empty() {
        return Err(incomplete(
            "applicant.agent.authority",
            "写明代理依据：亲属关系、委托书 / what the authority rests on: kinship, a letter of attorney",
        ));
    }
    no_longer(&agent.authority, "applicant.agent.authority", LINE_LIMIT)?;
    if let Some(shown) = &agent.document {
        document(shown, field, known, context)?;
    }
    Ok(())
}

/// The day of birth, if the document says it.
fn document(
    document: &Document,
    field: &str,
    known: &mut Known,
    context: &Context<'_>,
) -> Result<Option<Date>, Rejection> {
    let field = format!("{field}.document.number");
    let number = document.number.as_deref().map(str::trim);
    let number = number.filter(|number| !number.is_empty());
    let today = context.now.china_date();
    let fault = |fault: IdentityFault| Rejection::WrongIdentityNumber {
        field: field.clone(),
        fault,
    };
    let read = match (document.kind, number) {
        (DocumentKind::None, None) => {
            known.warn(Warning::NoDocument);
            return Ok(None);
        }
        (DocumentKind::None, Some(_)) | (_, None) => {
            return Err(Rejection::WithoutNumber { field });
        }
        (DocumentKind::IdentityCard, Some(number)) => {
            Identity::read(number, today).map_err(fault)?
        }
        (DocumentKind::OldIdentityCard, Some(number)) => {
            known.warn(Warning::OldNumber);
            Identity::read_old(number, today).map_err(fault)?
        }
        (
            DocumentKind::Passport | DocumentKind::ResidencePermit | DocumentKind::Other,
            Some(number),
        ) => {
            no_longer(number, &field, LINE_LIMIT)?;
            return Ok(None);
        }
    };
    if !read.address_is_known(context.directory) {
        known.warn(Warning::OldAddressCode);
    }
    Ok(Some(read.birth))
}

fn named(name: &str, field: &str) -> Result<(), Rejection> {
    let field = format!("{field}.name");
    if name.trim().is_empty() {
        return Err(incomplete(&field, "填写姓名 / the name is missing"));
    }
    no_longer(name.trim(), &field, NAME_LIMIT)
}

/// A number that can be called: digits, perhaps grouped, perhaps of another country.
fn reachable(phone: Option<&str>, field: &str) -> Result<(), Rejection> {
    let Some(phone) = phone else { return Ok(()) };
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    let others = phone
        .chars()
        .all(|sign| sign.is_ascii_digit() || matches!(sign, '+' | '-' | ' ' | '(' | ')'));
    if others && (5..=20).contains(&digits) && phone.len() <= 30 {
        return Ok(());
    }
    Err(incomplete(
        &format!("{field}.phone"),
        "电话号码由5至20位数字组成 / a telephone number has 5 to 20 digits",
    ))
}

fn no_longer(text: &str, field: &str, limit: usize) -> Result<(), Rejection> {
    if text.chars().count() <= limit {
        return Ok(());
    }
    let problem = format!("不超过 {limit} 字 / at most {limit} characters");
    Err(incomplete(field, &problem))
}

/// Something that was left empty or is too long.
pub(super) fn incomplete(field: &str, problem: &str) -> Rejection {
    Rejection::Incomplete {
        field: field.to_owned(),
        problem: problem.to_owned(),
    }
}
