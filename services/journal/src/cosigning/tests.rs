//! Real logs, signed, cosigned and rewritten by who holds their signing key.

mod due;
mod node;
mod web;

use std::{fs, path::Path};

use onestop_chassis::node::log_root;
use onestop_eventlog::{
    Append, CosignerKey, CosigningKey, EventLog, ExpectedRevision, LogReader, NewEvent, Options,
    SigningKey, TreeHead,
};
use onestop_proto::{
    comparison::{NotCosigned, RootQuery},
    envelope::Source,
    time::Timestamp,
};
use proptest::prelude::*;
use uuid::Uuid;

use super::{
    CosignedCheckpoint, CosignedFileError, continues, current,
    file::{enter, read},
    first_contradicting,
    keeper::cosign,
    rules::{Known, Offered, check},
};

const NOON: i64 = 1_790_000_000_000_000;

fn source() -> Source {
    "/onestop/intake/main".parse().unwrap()
}

fn cosigning_key() -> CosigningKey {
    CosigningKey::from_seed("onestop/journal/main", &[7; 32]).unwrap()
}

fn cosigners() -> [CosignerKey; 1] {
    [cosigning_key().cosigner().clone()]
}

/// The log of intake: every one of them is signed by the same key.
struct Log {
    log: EventLog,
    runtime: tokio::runtime::Runtime,
    /// The journal's.
    cosigner: CosigningKey,
}

impl Log {
    fn open(path: &Path, epoch: u128) -> Self {
        let key = SigningKey::from_seed("onestop/intake/main", &[3; 32]).unwrap();
        Self::signed_by(path, epoch, key)
    }

    fn signed_by(path: &Path, epoch: u128, key: SigningKey) -> Self {
        let options = Options {
            signer: Some(key),
            ..Options::new(path, Uuid::from_u128(epoch))
        };
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.build().unwrap();
        let log = EventLog::open(options).unwrap();
        Self {
            log,
            runtime,
            cosigner: cosigning_key(),
        }
    }

    /// Appends events up to `count`; the one at `rewritten` says something else.
    fn write(&self, count: u64, rewritten: Option<u64>) {
        while self.log.head().count < count {
            let position = self.log.head().count;
            let says = if rewritten == Some(position) {
                "accepted on the second of March"
            } else {
                "accepted on the first of March"
            };
            let event = NewEvent::new(Uuid::from_u128(u128::from(position) + 1), says);
            let stream = "case/1".parse().unwrap();
            let append = Append::to(stream, ExpectedRevision::Any, [event]);
            self.runtime.block_on(self.log.append(append)).unwrap();
        }
    }

    /// What the cosigner makes of it.
    fn cosign(
        &self,
        last: Option<&CosignedCheckpoint>,
        held: Option<TreeHead>,
    ) -> Result<CosignedCheckpoint, NotCosigned> {
        let query = RootQuery {
            size: held.map_or(0, |held| held.size),
            cosigned: Some(last.map_or(0, |last| last.checkpoint.head().size)),
        };
        let offered = Offered::parse(&log_root(&self.log, query).unwrap())?;
        let source = &source();
        let known = Known { source, last, held };
        check(&known, &offered)?;
        cosign(
            &self.cosigner,
            source,
            offered,
            Timestamp::from_micros(NOON),
        )
    }

    /// The proof that the log continues its first records.
    fn proof_since(&self, size: u64) -> Vec<String> {
        let query = RootQuery {
            size: 0,
            cosigned: Some(size),
        };
        log_root(&self.log, query).unwrap().signed.unwrap().proof
    }

    fn close(self) {
        self.log.close().unwrap();
    }
}

fn reader(path: &Path) -> LogReader {
    LogReader::open(Options::new(path, Uuid::from_u128(9))).unwrap()
}

/// A log of eight records in `folder/log`, cosigned at 3, 5 and 8; the file of that, and how much the journal holds.
fn cosigned_log(folder: &Path) -> (Vec<CosignedCheckpoint>, TreeHead) {
    let log = Log::open(&folder.join("log"), 1);
    let mut cosigned: Vec<CosignedCheckpoint> = Vec::new();
    for count in [3, 5, 8] {
        log.write(count, None);
        let held = log.log.tree_head();
        cosigned.push(log.cosign(cosigned.last(), Some(held)).unwrap());
    }
    enter(&folder.join("cosigned.jsonl"), &cosigned).unwrap();
    let held = log.log.tree_head();
    log.close();
    (cosigned, held)
}

#[test]
fn a_rewritten_past_is_named_by_the_first_checkpoint_that_does_not_fit() {
    let folder = tempfile::tempdir().unwrap();
    let (_, held) = cosigned_log(folder.path());
    // The holder of the signing key makes the log anew, with another fourth event, as long or longer.
    for (name, count) in [("as-long", 8), ("longer", 40)] {
        let path = folder.path().join(name);
        let rewritten = Log::open(&path, 1);
        rewritten.write(count, Some(3));
        rewritten.log.checkpoint().unwrap();

        let file = folder.path().join("cosigned.jsonl");
        let cosigned = read(&file, &cosigners()).unwrap();
        let fits = current(&source(), &cosigned);
        let answers = fits.iter().map(|cosigned| {
            let size = cosigned.checkpoint.head().size;
            let query = RootQuery {
                size,
                cosigned: None,
            };
            continues(cosigned, &log_root(&rewritten.log, query).unwrap())
        });
        assert_eq!(answers.collect::<Vec<_>>(), [true, false, false], "{name}");
        let refused = NotCosigned::OtherPast { size: 8 };
        assert_eq!(
            rewritten.cosign(cosigned.last(), None),
            Err(refused.clone())
        );
        assert_eq!(rewritten.cosign(None, Some(held)), Err(refused));
        rewritten.close();

        let log = reader(&path);
        // By itself it is sound: every hash and every signature fits.
        log.verify(&mut |_, _| {}).unwrap();
        let found = first_contradicting(&log, &fits).unwrap().unwrap();
        assert_eq!(found.checkpoint.head().size, 5, "{name}");
    }
}

#[test]
fn a_log_that_was_cut_is_named_and_not_cosigned() {
    let folder = tempfile::tempdir().unwrap();
    let (cosigned, _) = cosigned_log(folder.path());
    let path = folder.path().join("shorter");
    let shorter = Log::open(&path, 1);
    shorter.write(6, None);
    let refused = shorter.cosign(cosigned.last(), None).unwrap_err();
    assert_eq!(refused, NotCosigned::Shorter { size: 8 });
    shorter.close();
    let log = reader(&path);
    let found = first_contradicting(&log, &current(&source(), &cosigned)).unwrap();
    assert_eq!(found.unwrap().checkpoint.head().size, 8);
}

#[test]
fn an_honest_log_fits_also_when_it_has_grown() {
    let folder = tempfile::tempdir().unwrap();
    let (cosigned, _) = cosigned_log(folder.path());
    let path = folder.path().join("log");
    let log = Log::open(&path, 1);
    log.write(600, None);
    log.cosign(cosigned.last(), None).unwrap();
    log.close();
    let fits = current(&source(), &cosigned);
    assert_eq!(first_contradicting(&reader(&path), &fits).unwrap(), None);
}

#[test]
fn another_key_or_another_log_is_not_cosigned() {
    let folder = tempfile::tempdir().unwrap();
    let (cosigned, _) = cosigned_log(folder.path());
    let signed_by = |name: &str, seed: u8| {
        let path = folder.path().join(format!("{seed}"));
        let key = SigningKey::from_seed(name, &[seed; 32]).unwrap();
        let log = Log::signed_by(&path, 1, key);
        log.write(9, None);
        log.cosign(cosigned.last(), None)
    };
    assert_eq!(
        signed_by("onestop/intake/main", 4),
        Err(NotCosigned::OtherKey {})
    );
    assert_eq!(
        signed_by("onestop/referral/main", 5),
        Err(NotCosigned::NotSigned {})
    );
}

#[test]
fn a_restored_log_is_cosigned_if_it_continues_what_was_heard() {
    let folder = tempfile::tempdir().unwrap();
    let (cosigned, _) = cosigned_log(folder.path());
    let restored = Log::open(&folder.path().join("restored"), 2);
    restored.write(6, None);
    let held = restored.log.tree_head();
    let again = restored.cosign(cosigned.last(), Some(held)).unwrap();
    let all: Vec<_> = cosigned.iter().cloned().chain([again.clone()]).collect();
    assert_eq!(current(&source(), &all), [&again]);
    // The incarnation of before comes back.
    let before = Log::open(&folder.path().join("log"), 1);
    let refused = before.cosign(Some(&again), None).unwrap_err();
    assert_eq!(refused, NotCosigned::OtherPast { size: 6 });
}

#[test]
fn a_file_that_was_altered_is_refused_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let (cosigned, _) = cosigned_log(folder.path());
    let file = folder.path().join("cosigned.jsonl");
    assert_eq!(read(&file, &cosigners()).unwrap(), cosigned);
    let written = fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = written.lines().collect();
    let left_out = format!("{}\n{}\n", lines[0], lines[2]);
    let swapped = format!("{}\n{}\n{}\n", lines[1], lines[0], lines[2]);
    let number = written.replacen("\\n5\\n", "\\n6\\n", 1);
    for (altered, wrong) in [(left_out, 2), (swapped, 1), (number, 2)] {
        fs::write(&file, altered).unwrap();
        let error = read(&file, &cosigners()).unwrap_err();
        assert!(error.to_string().contains(file.to_str().unwrap()));
        assert!(
            matches!(error, CosignedFileError::Altered { line, .. } if line == wrong),
            "{error}"
        );
    }
}

#[test]
fn lines_that_were_made_without_the_journal_s_key_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    cosigned_log(folder.path());
    let file = folder.path().join("cosigned.jsonl");
    let other = CosigningKey::from_seed("onestop/journal/main", &[8; 32]).unwrap();
    let error = read(&file, &[other.cosigner().clone()]).unwrap_err();
    assert!(
        matches!(error, CosignedFileError::OtherKey { line: 1, .. }),
        "{error}"
    );
}

#[test]
fn what_is_entered_again_is_there_once_and_an_unfinished_line_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let (cosigned, _) = cosigned_log(folder.path());
    let file = folder.path().join("witness.jsonl");
    enter(&file, &cosigned[..1]).unwrap();
    let whole = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{whole}{{\"source\"")).unwrap();
    enter(&file, &cosigned).unwrap();
    enter(&file, &cosigned).unwrap();
    assert_eq!(read(&file, &cosigners()).unwrap(), cosigned);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever sizes a log is cosigned at, each next checkpoint is cosigned, and the log fits them all.
    #[test]
    fn a_log_that_only_grows_is_always_cosigned(steps in prop::collection::vec(0_u64..20, 1..6)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let log = Log::open(&path, 1);
        let (mut cosigned, mut count) = (Vec::new(), 1);
        for step in steps {
            let held = log.log.tree_head();
            let held = (held.size > 0).then_some(held);
            count += step;
            log.write(count, None);
            let next = log.cosign(cosigned.last(), held);
            prop_assert!(next.is_ok(), "{next:?}");
            cosigned.extend(next);
        }
        log.close();
        let fits = current(&source(), &cosigned);
        prop_assert_eq!(first_contradicting(&reader(&path), &fits).unwrap(), None);
    }
}
