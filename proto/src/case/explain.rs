//! What intake's rejections are, by kind, and the words of their facts.

use super::{FieldProblem, Rejection};
use crate::{
    date_words::day_words,
    field_names::{both_languages, field_words},
    ids::Topic,
    organ_notice::Organ,
    text::Words,
};

/// When a site opens again, if that is known.
fn next_opening(day: Option<&str>) -> Words {
    match day.and_then(|day| day.parse().ok()).map(day_words) {
        Some(day) => Words {
            zh: format!("下次开放：{}。", day.zh),
            en: format!("It opens again on {}. ", day.en),
        },
        None => Words::untranslated(""),
    }
}

explained! {
    Rejection in "intake" with labels;
    Invalid: UnknownDivision, UnknownWindow, ItemNotOffered, UnknownTopic, NoticeMissing,
        NoticeUnfit, OrganUnfit, Time, Incomplete, WrongIdentityNumber, WithoutNumber, Several,
        NoSuchEvent, NothingCorrected, TooLarge, OtherMediaType;
    NotFound: NoSuchAttachment, NoSuchReceipt;
    Forbidden: NotYourCase;
    Conflict: SiteClosed, NotNow, AlreadyRated, CannotMerge, NoticeGivenBefore, TooManyFiles,
        AttachedBefore, OtherPiece, OtherHash, UploadsFull, AttachmentUnreadable, ReopenLate,
        ReopenedBefore, NothingToRedo, RedoPending, ToHandOver, NoSuchNeed, NeedsOpen, TriedTooOften,
        AlreadyUrgent, NotUrgent;
}

impl Rejection {
    /// The facts that the sentence has by their labels.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "most rejections name no choice"
    )]
    fn labels(&self) -> Vec<(&'static str, Words)> {
        match self {
            Self::NotNow { stage, .. } => vec![("stage", stage.text().into())],
            Self::NoSuchNeed { need } => vec![("need", need.text().into())],
            Self::NeedsOpen { needs } => {
                let all = needs.iter().map(|need| Words::from(need.text()));
                vec![("needs", Words::list(all))]
            }
            Self::AlreadyRated { grade, .. } => vec![("grade", grade.text().into())],
            Self::SiteClosed { why, next_open, .. } => vec![
                ("why", both_languages(why)),
                ("next", next_opening(next_open.as_deref())),
            ],
            Self::Incomplete { field, problem } => vec![
                ("field", field_words(field)),
                ("problem", both_languages(problem)),
            ],
            Self::Several { problems } => {
                vec![("problems", FieldProblem::sentences(problems))]
            }
            Self::WithoutNumber { field } => vec![("field", field_words(field))],
            Self::WrongIdentityNumber { field, fault } => vec![
                ("field", field_words(field)),
                ("fault", fault.text().into()),
            ],
            Self::NoticeGivenBefore { missing, names } => {
                vec![("missing", Words::of_code(names.as_deref(), missing))]
            }
            Self::CannotMerge { into, number, why } => {
                let named = number.as_ref().map(ToString::to_string);
                let named = named.unwrap_or_else(|| into.to_string());
                vec![
                    ("why", why.text().into()),
                    ("into", Words::untranslated(&named)),
                ]
            }
            Self::OtherMediaType { media_type, .. } => {
                vec![("media_type", media_type.text().into())]
            }
            _ => self.names_of_codes(),
        }
    }
}

impl Rejection {
    /// The names of the items, topics and papers whose codes are among its facts.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "most rejections name no code of the directory"
    )]
    fn names_of_codes(&self) -> Vec<(&'static str, Words)> {
        match self {
            Self::ItemNotOffered {
                place,
                offered,
                names,
                place_name,
                item,
                item_name,
            } => {
                let place = Words::untranslated(&place.to_string());
                let named = place_name.as_deref().map(Words::untranslated);
                vec![
                    ("item", Words::of_code(item_name.as_deref(), item.as_str())),
                    ("place", named.unwrap_or(place)),
                    ("names", Words::of_code(names.as_deref(), offered)),
                ]
            }
            Self::UnknownTopic {
                item,
                topics,
                names,
                item_name,
                ..
            } => vec![
                ("item", Words::of_code(item_name.as_deref(), item.as_str())),
                ("names", Words::of_code(names.as_deref(), topics)),
            ],
            Self::NoticeMissing {
                topic,
                topic_name,
                organs,
            } => vec![
                topic_words(topic_name.as_deref(), topic),
                ("organs", listed(organs)),
            ],
            Self::NoticeUnfit {
                topic,
                topics,
                topic_name,
                names,
            } => vec![
                topic_words(topic_name.as_deref(), topic),
                ("topics", Words::of_code(names.as_deref(), topics)),
            ],
            Self::OrganUnfit {
                organ,
                topic,
                topic_name,
                organs,
            } => vec![
                ("organ", organ.text().into()),
                topic_words(topic_name.as_deref(), topic),
                ("organs", listed(organs)),
            ],
            _ => Vec::new(),
        }
    }
}

impl FieldProblem {
    pub(crate) fn sentences(problems: &[Self]) -> Words {
        let said = problems.iter().map(|one| &one.message);
        let (zh, en): (Vec<&str>, Vec<&str>) = said
            .map(|words| (words.zh.as_str(), words.en.as_str()))
            .unzip();
        Words {
            zh: zh.join("；"),
            en: en.join("; "),
        }
    }
}

fn topic_words(name: Option<&Words>, topic: &Topic) -> (&'static str, Words) {
    ("topic", Words::of_code(name, topic.as_str()))
}

/// Some organs, one after the other.
fn listed(organs: &[Organ]) -> Words {
    Words::list(organs.iter().map(|organ| organ.text().into()))
}
