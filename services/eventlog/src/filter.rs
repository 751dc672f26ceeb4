//! Which records are wanted: by type, by tags, or by several of these.

use crate::labels::{Label, Labels};

/// Selects records by their labels. Records that were written without any match only
/// [`Filter::everything`].
///
/// ```
/// # use onestop_eventlog::{Filter, Label};
/// let label = |text: &str| Label::new(text);
/// // Enrolments of one course, and everything of one student.
/// let filter = Filter::of_types([label("enrolled")?])
///     .and_tags([label("course:7")?])
///     .or(Filter::of_tags([label("student:3")?]));
/// # Ok::<(), onestop_eventlog::NameError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// A record is selected by any of them.
    alternatives: Vec<Criteria>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Criteria {
    /// One of these; any type at all if there are none.
    types: Vec<Label>,
    tags: Vec<Label>,
}

impl Filter {
    /// Selects every record.
    #[must_use]
    pub fn everything() -> Filter {
        Filter {
            alternatives: vec![Criteria::default()],
        }
    }

    /// Selects records that have one of these types; none if no type is given.
    #[must_use]
    pub fn of_types(types: impl IntoIterator<Item = Label>) -> Filter {
        let types: Vec<Label> = types.into_iter().collect();
        let mut alternatives = Vec::new();
        if !types.is_empty() {
            let tags = Vec::new();
            alternatives.push(Criteria { types, tags });
        }
        Filter { alternatives }
    }

    /// Selects records that have all these tags; every record if no tag is given.
    #[must_use]
    pub fn of_tags(tags: impl IntoIterator<Item = Label>) -> Filter {
        Filter::everything().and_tags(tags)
    }

    /// Selects what is selected and has all these tags.
    #[must_use]
    pub fn and_tags(mut self, tags: impl IntoIterator<Item = Label>) -> Filter {
        let tags: Vec<Label> = tags.into_iter().collect();
        for criteria in &mut self.alternatives {
            criteria.tags.extend(tags.iter().cloned());
        }
        self
    }

    /// Selects what either selects.
    #[must_use]
    pub fn or(mut self, other: Filter) -> Filter {
        self.alternatives.extend(other.alternatives);
        self
    }

    /// Whether a record with these labels is selected.
    #[must_use]
    pub fn matches(&self, labels: &Labels) -> bool {
        let of = |criteria: &Criteria| {
            let has_type = |wanted: &Label| labels.event_type() == Some(wanted);
            let has_tag = |wanted: &Label| labels.tags().binary_search(wanted).is_ok();
            (criteria.types.is_empty() || criteria.types.iter().any(has_type))
                && criteria.tags.iter().all(has_tag)
        };
        self.alternatives.iter().any(of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(text: &str) -> Label {
        Label::new(text).unwrap()
    }

    fn labels(event_type: &str, tags: &[&str]) -> Labels {
        Labels::new(Some(label(event_type)), tags.iter().map(|tag| label(tag)))
    }

    #[test]
    fn a_record_has_one_of_the_types_and_all_of_the_tags() {
        let filter = Filter::of_types([label("a"), label("b")]).and_tags([label("x"), label("y")]);
        for (of, is_selected) in [
            (labels("a", &["x", "y"]), true),
            (labels("b", &["w", "x", "y", "z"]), true),
            (labels("c", &["x", "y"]), false),
            (labels("a", &["x"]), false),
            (Labels::NONE, false),
        ] {
            assert_eq!(filter.matches(&of), is_selected, "{of:?}");
        }
        let either = filter.or(Filter::of_tags([label("w")]));
        assert!(either.matches(&labels("c", &["w"])));
        assert!(!either.matches(&labels("c", &["v"])));
    }

    #[test]
    fn everything_is_all_and_no_type_at_all_is_nothing() {
        assert!(Filter::everything().matches(&Labels::NONE));
        assert!(!Filter::of_types([]).matches(&labels("a", &[])));
        assert!(
            !Filter::of_types([])
                .and_tags([label("x")])
                .matches(&labels("a", &["x"]))
        );
    }
}
