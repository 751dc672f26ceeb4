//! Answers with the free text in them opened: intake opens what is sealed, for the actor who asks, with one question.

use std::{borrow::Cow, collections::HashMap};

use onestop_proto::{
    actor::{Actor, ServiceName},
    free_text::{SealedText, replace_sealed, sealed_texts},
    ids::{CaseId, CaseRef},
    personal::TextsQuery,
    query::QuestionType,
    raw_json::RawJson,
    text::{Text, Words},
};

use super::{
    client::{Client, ClientError, QuestionMeta, Sent},
    client_error::undecoded,
};

/// So many bytes of sealed texts go in one question, and so its answer fits into a message.
const MOST: usize = 256 << 10;

/// In the place of a text that is not opened: it is of another case than the page, or the reader may not see it.
const SEALED: Text = Text {
    zh: "（密封）",
    en: "(sealed)",
};
/// In the place of a text whose key was destroyed.
const GONE: Text = Text {
    zh: "（已删除）",
    en: "(erased)",
};
/// In the place of a text that intake does not open now.
const AWAY: Text = Text {
    zh: "（暂时打不开，请稍后再看）",
    en: "(cannot be opened now, look again later)",
};

impl Client {
    /// Asks a question as an actor, and opens the free text in the answer where all of it is of one case and the actor may
    /// see that. What is not opened is replaced by a word that says why.
    ///
    /// # Errors
    /// If the service rejects the question or does not answer.
    pub async fn ask_opening<Q: QuestionType>(
        &self,
        service: &ServiceName,
        meta: QuestionMeta,
        query: &Q,
    ) -> Result<Q::Answer, ClientError> {
        let reader = meta.actor.clone();
        self.ask_opening_for(service, meta, reader, query).await
    }

    /// As [`Client::ask_opening`], for a reader who is not who asks: the operator asks, and another actor reads.
    ///
    /// # Errors
    /// If the service rejects the question or does not answer.
    pub async fn ask_opening_for<Q: QuestionType>(
        &self,
        service: &ServiceName,
        meta: QuestionMeta,
        reader: Option<Actor>,
        query: &Q,
    ) -> Result<Q::Answer, ClientError> {
        let asked = (meta.actor, meta.after);
        let answer: RawJson = self.question(service, Q::NAME, asked, query).await?;
        let json = self.opened(reader.as_ref(), answer.text()).await;
        serde_json::from_str(&json).map_err(|source| undecoded(service, Sent::Question, source))
    }

    /// JSON in which the sealed texts are opened or replaced.
    async fn opened<'a>(&self, actor: Option<&Actor>, json: &'a str) -> Cow<'a, str> {
        let sealed = sealed_texts(json);
        let Some(case) = sealed.first().map(|first| case_of(first)) else {
            return Cow::Borrowed(json);
        };
        let is_of_one = sealed.iter().all(|one| case_of(one) == case);
        let opened = match (case, actor) {
            (Some(case), Some(actor)) if is_of_one => self.open(actor, case, &sealed).await,
            (Some(_) | None, _) => HashMap::new(),
        };
        Cow::Owned(replace_sealed(json, |one| {
            let shown = opened.get(one).cloned();
            escaped(&shown.unwrap_or_else(|| shown_instead(SEALED)))
        }))
    }

    async fn open<'a>(
        &self,
        actor: &Actor,
        case: CaseId,
        sealed: &[&'a str],
    ) -> HashMap<&'a str, String> {
        let mut opened = HashMap::new();
        let mut rest = sealed;
        while !rest.is_empty() {
            let (asked, later) = rest.split_at(fitting(rest));
            rest = later;
            let query = TextsQuery {
                case: CaseRef::Id(case),
                texts: asked.iter().map(|&text| text.to_owned()).collect(),
                late_entry: None,
            };
            match self.ask(actor.clone().into(), &query).await {
                Ok(answer) => {
                    let instead = if answer.gone { GONE } else { SEALED };
                    let texts = answer.texts.into_iter();
                    let texts = texts.map(|text| text.unwrap_or_else(|| shown_instead(instead)));
                    opened.extend(asked.iter().copied().zip(texts));
                }
                Err(ClientError::Rejected(_)) => {}
                Err(_) => {
                    let away = asked.iter().map(|&one| (one, shown_instead(AWAY)));
                    opened.extend(away);
                }
            }
        }
        opened
    }
}

/// A text with a word in place of every sealed text that nothing has opened: no page shows a ciphertext to its reader.
pub fn without_sealed(text: String) -> String {
    if sealed_texts(&text).is_empty() {
        return text;
    }
    replace_sealed(&text, |_| shown_instead(SEALED))
}

/// How many of the texts, the first at least, go in one question.
fn fitting(texts: &[&str]) -> usize {
    let mut bytes = 0;
    let fit = texts.iter().take_while(|text| {
        bytes += text.len();
        bytes <= MOST
    });
    fit.count().max(1)
}

fn case_of(sealed: &str) -> Option<CaseId> {
    SealedText::parse(sealed).map(|sealed| sealed.case)
}

/// In both languages: an answer is read in either.
fn shown_instead(text: Text) -> String {
    let Words { zh, en } = text.into();
    format!("{zh}{en}")
}

/// A text as it is written within a JSON string.
fn escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    let inner = quoted.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
    inner.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opened_text_is_escaped_within_json() {
        for text in ["说：“好”", "\"quoted\"\nand a \\ line", ""] {
            let json = format!("\"{}\"", escaped(text));
            assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        }
    }

    #[test]
    fn nobody_reads_a_ciphertext() {
        let case = "019ab0c4-8000-7000-8000-000000000002";
        let page = format!("<li>工资流水（{{sealed:v1:{case}:AAAA}}）</li>");
        let read = without_sealed(page);
        assert_eq!(read, "<li>工资流水（（密封）(sealed)）</li>");
        assert_eq!(without_sealed("工资流水".to_owned()), "工资流水");
    }

    #[test]
    fn many_texts_go_in_several_questions_and_a_long_one_alone() {
        let long = "x".repeat(MOST);
        assert_eq!(fitting(&["a", "b"]), 2);
        assert_eq!(fitting(&[&long, "b"]), 1);
        assert_eq!(fitting(&["a", &long, "b"]), 1);
        let longer = "x".repeat(MOST + 1);
        assert_eq!(fitting(&[&longer, "b"]), 1);
    }
}
