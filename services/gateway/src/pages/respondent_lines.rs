//! The other parties to a dispute (被申请人) in a form: a line each, with name, telephone and address between commas. Their order
//! is the one by which others name them.

use onestop_proto::{case::Respondent, typed::half_width};

/// The field of a form.
pub(super) const FIELD: &str = "respondents";

/// The other parties, from the lines of a form.
pub(super) fn parse(lines: &str) -> Vec<Respondent> {
    let lines = lines.lines().map(str::trim);
    lines.filter(|line| !line.is_empty()).map(line).collect()
}

fn line(line: &str) -> Respondent {
    let mut parts = line.split([',', '，', '\t']).map(str::trim);
    let name = parts.next().unwrap_or_default().to_owned();
    let mut rest: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    let phone = rest.iter().position(|part| is_phone(part));
    let phone = phone.map(|place| rest.remove(place).to_owned());
    let address = (!rest.is_empty()).then(|| rest.join("，"));
    Respondent {
        name,
        phone,
        address,
    }
}

/// Signs of a telephone number alone; whether it is one, intake decides.
fn is_phone(text: &str) -> bool {
    let signs = half_width(text);
    signs.chars().any(|sign| sign.is_ascii_digit())
        && signs
            .chars()
            .all(|sign| sign.is_ascii_digit() || matches!(sign, '+' | '-' | ' ' | '(' | ')'))
}

/// The lines that say it.
pub(super) fn lines(respondents: &[Respondent]) -> String {
    let lines = respondents.iter().map(|other| {
        let known = [other.phone.as_deref(), other.address.as_deref()];
        let parts = std::iter::once(other.name.as_str()).chain(known.into_iter().flatten());
        parts.collect::<Vec<_>>().join("，")
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_party_with_what_is_known_of_it() {
        let typed = "李岩，１３８００１３８０００，勐梭村三组\n\n 王五, 勐梭村五组 \n赵六";
        let read = parse(typed);
        let said: Vec<_> = read
            .iter()
            .map(|other| {
                let (phone, address) = (other.phone.as_deref(), other.address.as_deref());
                (other.name.as_str(), phone, address)
            })
            .collect();
        assert_eq!(
            said,
            [
                ("李岩", Some("１３８００１３８０００"), Some("勐梭村三组")),
                ("王五", None, Some("勐梭村五组")),
                ("赵六", None, None),
            ]
        );
        assert!(parse(&lines(&read)) == read);
    }
}
