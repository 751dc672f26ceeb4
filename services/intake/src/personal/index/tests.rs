//! The index on disk is what a fold of the log from nothing says, whatever happened to its file, and holds nothing of a
//! case whose persons were erased.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    time::Duration,
};

use onestop_chassis::{
    projection::Projection, settings::Settings, shutdown::Shutdown, store::EventMeta,
    supervisor::Supervisor,
};
use onestop_proto::{
    actor::Actor,
    case::{self, Corrected, CorrectionReason, Opened, Rejection},
    envelope::Envelope,
    personal::{Erased, ErasureBasis},
};
use onestop_testing::TempStore;
use proptest::prelude::*;
use rusqlite::Result;
use tempfile::TempDir;

use super::*;
use crate::{
    domain::test_support::world,
    keyring::{folder_of, master::MasterKeySource},
    streams::case_stream,
};

/// Each blind index and the cases that have it.
type Traces = BTreeMap<u64, BTreeSet<CaseId>>;

struct Run {
    log: TempStore,
    settings: Settings,
    keyring: Keyring,
    cases: Vec<CaseId>,
    opened: Opened,
    index: Projection<PersonIndex>,
    supervisor: Supervisor,
    _keys: TempDir,
}

fn follow(log: &TempStore, keyring: &Keyring) -> (Projection<PersonIndex>, Supervisor) {
    let mut supervisor = Supervisor::new(Shutdown::default());
    let index = PersonIndex::new(keyring.clone());
    let index = Projection::follow(index, &log.store, log.folder(), &mut supervisor);
    (index.unwrap(), supervisor)
}

fn open_keys(settings: &Settings) -> Keyring {
    Keyring::open(folder_of(settings), &MasterKeySource::of(settings)).unwrap()
}

impl Run {
    fn new() -> Self {
        let keys = tempfile::tempdir().unwrap();
        let settings = Settings {
            data: keys.path().to_owned(),
            ..Settings::default()
        };
        fs::create_dir_all(keys.path().join(case::SERVICE)).unwrap();
        let keyring = open_keys(&settings);
        let log = TempStore::new(case::SERVICE);
        let (index, supervisor) = follow(&log, &keyring);
        let Event::Opened(opened) = world().opened() else {
            panic!("it opens a case");
        };
        Self {
            log,
            settings,
            keyring,
            cases: Vec::new(),
            opened,
            index,
            supervisor,
            _keys: keys,
        }
    }

    async fn append(&self, case: CaseId, event: Event) {
        let actor = Actor::system(&case::service(), self.opened.window.clone());
        let meta = EventMeta::from_timer(self.log.store.clock().command(), case, actor);
        let decide = |_: Option<&Case>, _| Ok::<_, Rejection>(vec![event.clone()]);
        let stream = case_stream(case);
        let store = &self.log.store;
        let done = store.execute(&stream, &meta, None, &CASE_RULES, decide);
        done.await.unwrap();
    }

    async fn sealed(&self, case: CaseId, person: u32) -> Ciphertext {
        let key = self.keyring.begin(case).await.unwrap();
        key.seal(&serde_json::to_vec(&applicant(person)).unwrap())
    }

    async fn open(&mut self, person: u32) -> CaseId {
        let case = self.log.store.clock().command().case();
        let mut opened = self.opened.clone();
        opened.applicant = self.sealed(case, person).await;
        self.append(case, opened.into()).await;
        self.cases.push(case);
        case
    }

    async fn correct(&self, case: CaseId, person: Option<u32>) {
        let applicant = match person {
            Some(person) if !self.keyring.is_erased(case).unwrap() => {
                Some(self.sealed(case, person).await)
            }
            Some(_) | None => None,
        };
        let corrected = Corrected {
            people: None,
            respondents: None,
            corrects: self.log.store.clock().command().event(0),
            reason: CorrectionReason::Mistyped,
            applicant,
            needs: None,
            place: None,
            topic: None,
            warnings: Vec::new(),
        };
        self.append(case, corrected.into()).await;
    }

    async fn erase(&self, case: CaseId) {
        let erased = Erased {
            requested_by: None,
            basis: ErasureBasis::RetentionEnded,
            retention: Vec::new(),
            note: None,
            directory: "1".to_owned(),
        };
        self.append(case, erased.into()).await;
        self.keyring.erase(case).await.unwrap();
    }

    /// The process stops wherever it is, something happens to the file, and another process starts.
    async fn restart(mut self, spoil: u8) -> Self {
        let file = self.log.folder().join(PersonIndex::FILE);
        // As after a kill: what was committed is in SQLite's own log alone.
        let held = (spoil > 2 && file.exists()).then(|| Connection::open(&file).unwrap());
        if let Some(held) = &held {
            let _ = held.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()));
        }
        self.supervisor.shutdown().request();
        self.supervisor.run(Duration::from_secs(30)).await.unwrap();
        self.log = self.log.reopen();
        match spoil {
            0 => fs::write(&file, b"not a database, but as long as one may be").unwrap(),
            1 if file.exists() => {
                let connection = Connection::open(&file).unwrap();
                let earlier = "PRAGMA user_version = 7; DELETE FROM trace";
                // What was being made has no tables yet.
                let _ = connection.execute_batch(earlier);
            }
            2 => onestop_chassis::sqlite::remove(&file).unwrap(),
            _ => {}
        }
        (self.index, self.supervisor) = follow(&self.log, &self.keyring);
        self
    }

    /// What the file says, once it includes everything in the log.
    async fn traces(&self) -> Traces {
        self.index.built().await;
        if let Some(last) = self.log.store.log().head().count.checked_sub(1) {
            self.index.wait_for(last).await;
        }
        let traces = self.index.query(|rows| {
            let mut terms = rows.prepare("SELECT DISTINCT term FROM trace")?;
            let terms = terms.query_map([], |row| row.get::<_, [u8; 8]>(0))?;
            let terms = terms.map(|term| Ok(u64::from_be_bytes(term?)));
            let terms: Vec<u64> = terms.collect::<Result<_>>()?;
            let cases = |term| Ok((term, find(rows, BlindIndex(term))?));
            terms.into_iter().map(cases).collect()
        });
        traces.await.unwrap()
    }

    /// What a fold of the log from nothing says.
    fn folded(&self) -> Traces {
        let mut sealed = BTreeMap::new();
        let all: Vec<Envelope> = self.log.store.envelopes(0, 100_000).unwrap();
        for envelope in all {
            let (case, event) = (envelope.subject, envelope.raw().parse().unwrap());
            if let Event::Opened(opened) = &event {
                sealed.insert(case, opened.applicant.clone());
            }
            if let Event::Corrected(corrected) = &event
                && let Some(applicant) = &corrected.applicant
            {
                sealed.insert(case, applicant.clone());
            }
            if let Event::Erased(_) = &event {
                sealed.remove(&case);
            }
        }
        let mut traces = Traces::new();
        for (case, sealed) in sealed {
            let Some(key) = self.keyring.case_key(case).unwrap() else {
                continue;
            };
            let applicant = serde_json::from_slice(&key.unseal(&sealed).unwrap()).unwrap();
            for term in terms::blind_indexes(&applicant, self.keyring.search()) {
                traces.entry(term.0).or_default().insert(case);
            }
        }
        traces
    }

    /// Every byte of the file and of what SQLite keeps beside it.
    fn bytes(&self) -> Vec<u8> {
        let files = fs::read_dir(self.log.folder()).unwrap();
        let files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
        let own = files.into_iter().filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(PersonIndex::FILE)
        });
        own.flat_map(|path| fs::read(path).unwrap()).collect()
    }
}

fn applicant(person: u32) -> Applicant {
    let names = ["岩温", "李扎拉", "李扎啦", "玉香", "王敏"];
    let mut applicant = Applicant::named(names[person as usize % names.len()]);
    applicant.people[0].phone = Some(format!("138{:08}", person / 2));
    applicant
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|part| part == wanted)
}

async fn run(steps: Vec<(u8, usize, u32)>) {
    let mut run = Run::new();
    for (what, which, person) in steps {
        let case = match run.cases.get(which % run.cases.len().max(1)) {
            Some(case) if what > 2 => *case,
            _ => run.open(person).await,
        };
        match what {
            3 | 4 => run.correct(case, Some(person)).await,
            5 => run.correct(case, None).await,
            6 => run.erase(case).await,
            7 => {
                run = run.restart(u8::try_from(person % 5).unwrap()).await;
                assert_eq!(run.traces().await, run.folded());
            }
            8 => assert_eq!(run.traces().await, run.folded()),
            _ => {}
        }
    }
    assert_eq!(run.traces().await, run.folded());
    let run = run.restart(9).await;
    assert_eq!(run.traces().await, run.folded());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_index_is_the_fold_of_the_log_whatever_happens(
        steps in prop::collection::vec((0_u8..9, 0_usize..8, 0_u32..12), 1..50)
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(run(steps));
    }
}

/// Enough cases for pages to be divided and joined.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_an_erased_case_is_in_any_file() {
    let mut run = Run::new();
    for person in 0..400 {
        let case = run.open(person * 2).await;
        if person % 3 == 0 {
            run.correct(case, Some(1_000 + person * 2)).await;
        }
    }
    let before = run.traces().await;
    let case = run.cases[7];
    assert!(
        holds(&run.bytes(), case.uuid().as_bytes()),
        "what is looked for can be found"
    );
    let erased: Vec<CaseId> = run.cases.iter().copied().step_by(2).collect();
    for case in &erased {
        run.erase(*case).await;
    }
    let after = run.traces().await;
    assert_eq!(after, run.folded());
    let is_left = |run: &Run| {
        let bytes = run.bytes();
        erased
            .iter()
            .any(|case| holds(&bytes, case.uuid().as_bytes()))
    };
    let purged = async {
        while is_left(&run) {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), purged)
        .await
        .unwrap();
    let bytes = run.bytes();
    let gone = before.keys().filter(|term| !after.contains_key(term));
    let mut count = 0;
    for term in gone {
        assert!(!holds(&bytes, &term.to_be_bytes()), "{term}");
        count += 1;
    }
    assert!(count >= 200, "{count}");
    assert!(
        !holds(&bytes, "李扎拉".as_bytes()),
        "nothing is in the clear"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn with_another_search_key_it_is_made_anew() {
    let mut run = Run::new();
    run.open(1).await;
    let before = run.traces().await;
    let Run {
        log,
        settings,
        keyring,
        opened,
        index,
        supervisor,
        _keys,
        ..
    } = run;
    drop(index);
    supervisor.shutdown().request();
    supervisor.run(Duration::from_secs(5)).await.unwrap();
    drop(keyring);
    fs::remove_file(folder_of(&settings).join("search.key")).unwrap();
    let keyring = open_keys(&settings);
    let (index, supervisor) = follow(&log, &keyring);
    let run = Run {
        log,
        settings,
        keyring,
        cases: Vec::new(),
        opened,
        index,
        supervisor,
        _keys,
    };
    let traces = run.traces().await;
    assert_eq!(traces, run.folded());
    assert_eq!(traces.len(), before.len());
    assert!(traces.keys().all(|term| !before.contains_key(term)));
}

/// A key that the list of erasures has destroyed, of which the log says nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_is_looked_at_again_without_a_key_is_gone() {
    let mut run = Run::new();
    let case = run.open(1).await;
    let other = run.open(6).await;
    assert!(
        run.traces()
            .await
            .values()
            .flatten()
            .any(|found| *found == case)
    );
    run.keyring.erase(case).await.unwrap();
    run.index.rewrite(vec![case, other]).await;
    let traces = run.traces().await;
    assert_eq!(traces, run.folded());
    assert!(traces.values().flatten().all(|found| *found == other));
    assert!(!holds(&run.bytes(), case.uuid().as_bytes()));
}
