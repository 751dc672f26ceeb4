//! Writes YAML that readers of YAML 1.1 and 1.2 take alike.

use serde_json::Value;

/// What a reader of YAML 1.1, such as PyYAML, takes for true or false (<https://yaml.org/type/bool.html>).
const BOOLEANS: &[&str] = &["y", "n", "yes", "no", "on", "off"];

pub(crate) fn text(document: &Value) -> Result<String, serde_yaml_ng::Error> {
    let text = serde_yaml_ng::to_string(document)?;
    let lines = text.lines().map(|line| quoted(line) + "\n");
    Ok(lines.collect())
}

/// A line with its key and its value in quotes, where YAML 1.1 would read something else.
fn quoted(line: &str) -> String {
    let begin = line.len() - line.trim_start_matches([' ', '-']).len();
    let (indent, rest) = line.split_at(begin);
    match rest.split_once(':') {
        Some((key, "")) => format!("{indent}{}:", word(key)),
        Some((key, value)) => match value.strip_prefix(' ') {
            Some(value) => format!("{indent}{}: {}", word(key), word(value)),
            None if indent.ends_with("- ") => format!("{indent}{}", word(rest)),
            None => line.to_owned(),
        },
        None if indent.ends_with("- ") => format!("{indent}{}", word(rest)),
        None => line.to_owned(),
    }
}

fn word(text: &str) -> String {
    let is_boolean = BOOLEANS.iter().any(|word| word.eq_ignore_ascii_case(text));
    // A date, a moment, or hours and minutes, which are numbers to the base of sixty there.
    let is_moment =
        text.starts_with(|sign: char| sign.is_ascii_digit()) && text.parse::<f64>().is_err();
    if is_boolean || is_moment {
        format!("'{}'", text.replace('\'', "''"))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_another_reader_takes_for_true_is_quoted() {
        let document = json!({ "on": ["no", "why: on", "x"], "of": { "yes": "Off", "half": true } ,
            "when": ["2026-03-02T09:30:00+08:00", 2026, 0.5], "to": "09:30" });
        let text = text(&document).unwrap();
        assert_eq!(
            text,
            "of:\n  half: true\n  'yes': 'Off'\n'on':\n- 'no'\n- 'why: on'\n- x\nto: '09:30'\n\
             when:\n- '2026-03-02T09:30:00+08:00'\n- 2026\n- 0.5\n"
        );
        let read: Value = serde_yaml_ng::from_str(&text).unwrap();
        assert_eq!(read, document);
    }

    /// No line of a longer text is changed.
    #[test]
    fn the_documents_say_what_they_said() {
        for document in [crate::openapi(), crate::asyncapi()] {
            let read: Value = serde_yaml_ng::from_str(&text(&document).unwrap()).unwrap();
            assert!(read == document);
        }
    }
}
