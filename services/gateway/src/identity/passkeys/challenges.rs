//! Challenges that browsers were given and have not answered yet. They are kept in memory, bound to the secret of one session
//! or of one sign-in that waits for its second step, and good once.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use sha2::{Digest, Sha256};

use super::Challenge;

/// Within this time a browser must answer.
pub(crate) const LIFETIME: Duration = Duration::from_secs(5 * 60);
/// Challenges of one session or sign-in: one for each page that it has open. Beyond, the oldest is forgotten.
const OF_ONE: usize = 4;
/// Sessions and sign-ins together. Beyond, the oldest are forgotten.
const SECRETS: usize = 20_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Make,
    Sign,
}

/// The session, or the sign-in that waits for its second step, whose browser was given a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Holder([u8; 32]);

impl Holder {
    /// The holder of a secret of its own: the CSRF token.
    pub(crate) fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret.as_bytes()).into())
    }
}

struct Open {
    challenge: Challenge,
    purpose: Purpose,
    ends: Instant,
}

#[derive(Default)]
pub(crate) struct Challenges(Mutex<HashMap<Holder, Vec<Open>>>);

impl Challenges {
    /// Makes a challenge.
    pub(crate) fn open(
        &self,
        holder: Holder,
        purpose: Purpose,
        now: Instant,
    ) -> anyhow::Result<Challenge> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
        let challenge = Challenge(bytes);
        let mut all = self.all();
        if all.len() >= SECRETS && !all.contains_key(&holder) {
            make_room(&mut all, now);
        }
        let own = all.entry(holder).or_default();
        own.retain(|one| now < one.ends);
        if own.len() >= OF_ONE {
            own.remove(0);
        }
        own.push(Open {
            challenge: challenge.clone(),
            purpose,
            ends: now + LIFETIME,
        });
        Ok(challenge)
    }

    /// The newest challenge of a purpose.
    pub(crate) fn newest(
        &self,
        holder: Holder,
        purpose: Purpose,
        now: Instant,
    ) -> Option<Challenge> {
        let all = self.all();
        let mut own = all.get(&holder)?.iter().rev();
        let found = own.find(|one| one.purpose == purpose && now < one.ends);
        found.map(|one| one.challenge.clone())
    }

    /// Takes the challenge that an answer is for: it is good for no other answer. Nothing if it was not given to this holder
    /// for this purpose, was taken, or is too old.
    pub(crate) fn take(
        &self,
        holder: Holder,
        purpose: Purpose,
        answered: &[u8],
        now: Instant,
    ) -> Option<Challenge> {
        let mut all = self.all();
        let own = all.get_mut(&holder)?;
        let fits = |one: &Open| one.purpose == purpose && one.challenge.0 == answered;
        let at = own.iter().position(fits)?;
        let taken = own.remove(at);
        if own.is_empty() {
            all.remove(&holder);
        }
        (now < taken.ends).then_some(taken.challenge)
    }

    fn all(&self) -> std::sync::MutexGuard<'_, HashMap<Holder, Vec<Open>>> {
        // Challenges stay right if a holder of the lock panicked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets those that are over; if none is, those that end first.
fn make_room(all: &mut HashMap<Holder, Vec<Open>>, now: Instant) {
    all.retain(|_, own| end(own).is_some_and(|ends| now < ends));
    if all.len() < SECRETS {
        return;
    }
    let first = all.iter().min_by_key(|(_, own)| end(own));
    if let Some(holder) = first.map(|(holder, _)| *holder) {
        all.remove(&holder);
    }
}

fn end(own: &[Open]) -> Option<Instant> {
    own.iter().map(|one| one.ends).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(challenges: &Challenges, secret: &str, now: Instant) -> Challenge {
        let holder = Holder::of(secret);
        challenges.open(holder, Purpose::Sign, now).unwrap()
    }

    #[test]
    fn a_challenge_is_good_once_for_its_holder_and_purpose() {
        let (challenges, now) = (Challenges::default(), Instant::now());
        let challenge = opened(&challenges, "own", now);
        let take =
            |secret: &str, purpose| challenges.take(Holder::of(secret), purpose, &challenge.0, now);
        assert_eq!(take("other", Purpose::Sign), None);
        assert_eq!(take("own", Purpose::Make), None);
        assert_eq!(take("own", Purpose::Sign), Some(challenge.clone()));
        assert_eq!(take("own", Purpose::Sign), None);
        let made_up = challenges.take(Holder::of("own"), Purpose::Sign, &[7; 32], now);
        assert_eq!(made_up, None);
    }

    #[test]
    fn a_challenge_is_over_after_five_minutes() {
        let (challenges, now) = (Challenges::default(), Instant::now());
        let second = Duration::from_secs(1);
        for (late, is_good) in [(LIFETIME - second, true), (LIFETIME, false)] {
            let challenge = opened(&challenges, "own", now);
            let holder = Holder::of("own");
            let taken = challenges.take(holder, Purpose::Sign, &challenge.0, now + late);
            assert_eq!(taken.is_some(), is_good, "{late:?}");
        }
    }

    #[test]
    fn each_page_has_its_own_and_the_number_is_bounded() {
        let (challenges, now) = (Challenges::default(), Instant::now());
        let given: Vec<Challenge> = (0..=OF_ONE)
            .map(|_| opened(&challenges, "own", now))
            .collect();
        let holder = Holder::of("own");
        let good = given.iter().filter(|one| {
            let taken = challenges.take(holder, Purpose::Sign, &one.0, now);
            taken.is_some()
        });
        assert_eq!(good.count(), OF_ONE);
    }

    #[test]
    fn many_holders_push_out_the_oldest_alone() {
        let (challenges, now) = (Challenges::default(), Instant::now());
        let first = opened(&challenges, "first", now);
        let later = now + Duration::from_secs(1);
        for number in 0..SECRETS {
            opened(&challenges, &number.to_string(), later);
        }
        assert_eq!(challenges.all().len(), SECRETS);
        let newest = |secret: &str| challenges.newest(Holder::of(secret), Purpose::Sign, later);
        assert_eq!(newest("first"), None);
        assert!(newest("1").is_some());
        let taken = challenges.take(Holder::of("first"), Purpose::Sign, &first.0, later);
        assert_eq!(taken, None);
    }
}
