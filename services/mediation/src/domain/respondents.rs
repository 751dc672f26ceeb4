//! The other parties of a dispute, and what each has answered: those whom the case's file names, in its order, then those whom the
//! mediators found besides. Each has to agree (人民调解法 art. 3, 17), and no correction of the file drops one of the latter.

use onestop_proto::mediation::RespondentsCounted;

/// Whether another party has agreed to mediation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Consent {
    /// Not answered yet.
    #[default]
    Awaited,
    Agreed,
    /// Refused, while others go on.
    Declined,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Respondents {
    in_file: Vec<Consent>,
    /// Whom the mediators counted, and the file does not name.
    beside: Vec<Consent>,
    /// Whom the mediators counted, and the file may have come to name since.
    named_since: usize,
}

impl Respondents {
    /// Those of the case's file, none of whom was asked yet.
    pub(super) fn of_file(count: u32) -> Self {
        Self {
            in_file: vec![Consent::Awaited; size(count)],
            ..Self::default()
        }
    }

    /// How many there are.
    pub(super) fn total(&self) -> u32 {
        let all = self.in_file.len() + self.beside.len();
        u32::try_from(all).unwrap_or(u32::MAX)
    }

    /// How many of them the case's file names.
    pub(super) fn named(&self) -> u32 {
        u32::try_from(self.in_file.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn answers(&self) -> impl Iterator<Item = Consent> + Clone {
        self.in_file.iter().chain(&self.beside).copied()
    }

    /// The answer of one, by its number from 1.
    pub(super) fn answer_of(&self, person: u32) -> Consent {
        let before = size(person.saturating_sub(1));
        self.answers().nth(before).unwrap_or_default()
    }

    pub(super) fn note(&mut self, person: u32, answer: Consent) {
        let before = size(person.saturating_sub(1));
        let mut all = self.in_file.iter_mut().chain(&mut self.beside);
        if let Some(noted) = all.nth(before) {
            *noted = answer;
        }
    }

    /// They were counted anew: by the case's file; or by the mediators, who find more of them. An event of before that says
    /// neither, and leaves fewer, came from the file.
    pub(super) fn count(&mut self, counted: &RespondentsCounted) {
        match counted.in_file {
            Some(in_file) => *self = self.corrected(in_file),
            None if counted.count >= self.total() => {
                let beside = size(counted.count) - self.in_file.len();
                self.beside.resize(beside, Consent::Awaited);
            }
            None => {
                let all: Vec<Consent> = self.answers().collect();
                self.in_file = fewer(&all, size(counted.count));
                self.beside.clear();
                self.named_since = 0;
            }
        }
    }

    /// As they are once the file names so many. Whom it names in addition is asked, and may be one whom the mediators had counted:
    /// they say so by counting again where it is another.
    pub(super) fn corrected(&self, in_file: u32) -> Self {
        let (before, in_file) = (self.in_file.len(), size(in_file));
        if in_file < before {
            let found_again = self.named_since.min(before - in_file);
            let mut beside = self.beside.clone();
            beside.resize(beside.len() + found_again, Consent::Awaited);
            return Self {
                in_file: fewer(&self.in_file, in_file),
                beside,
                named_since: self.named_since - found_again,
            };
        }
        let named = self.beside.len().min(in_file - before);
        let mut asked = self.in_file.clone();
        asked.resize(in_file, Consent::Awaited);
        Self {
            in_file: asked,
            beside: fewer(&self.beside, self.beside.len() - named),
            named_since: self.named_since + named,
        }
    }
}

/// The answers of those who are left. Who fell away the count does not say: unless all had answered alike, each is asked anew.
fn fewer(answers: &[Consent], left: usize) -> Vec<Consent> {
    let first = answers.first().copied().unwrap_or_default();
    let are_known = left == answers.len() || answers.iter().all(|one| *one == first);
    let mut all = if are_known {
        answers.to_vec()
    } else {
        Vec::new()
    };
    all.resize(left, Consent::Awaited);
    all
}

fn size(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
