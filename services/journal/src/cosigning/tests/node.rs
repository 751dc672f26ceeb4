//! Another node's journal as the witness: a real server, reached over a real connection.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use onestop_chassis::{clock::SystemClock, settings::Networks, shutdown::Shutdown};
use onestop_eventlog::{CosignerKey, CosigningKey};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinSet};

use super::{Log, cosigners, cosigning_key};
use crate::{
    cosigning::{
        CosignedCheckpoint, FILE, WITNESSED_FILE, fetch,
        file::{Continued, enter},
        file_of,
        node::NodeWitness,
        parse, read,
    },
    witnessing::{BoundedListener, WitnessedNodes, serve_on},
};

/// At which sizes a rewritten log is cosigned.
const REWRITTEN: [&[u64]; 3] = [&[8, 9], &[8], &[5]];

/// The other node, with the address of this one there.
struct Other {
    folder: TempDir,
    key: CosigningKey,
    url: String,
    running: JoinSet<anyhow::Result<()>>,
}

impl Other {
    /// It has enrolled `puer` with a key.
    async fn start(enrolled: &CosignerKey) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut other = Self {
            folder,
            key: CosigningKey::from_seed("onestop/journal/main", &[6; 32]).unwrap(),
            url: String::new(),
            running: JoinSet::new(),
        };
        other.enrol(enrolled);
        other.serve().await;
        other
    }

    fn enrol(&self, cosigner: &CosignerKey) {
        let nodes =
            serde_json::json!({ "nodes": [{ "name": "puer", "cosigner": cosigner.to_string() }] });
        fs::write(self.folder.path().join("nodes.json"), nodes.to_string()).unwrap();
    }

    /// Starts it, on what is in its folder; what ran before ends.
    async fn serve(&mut self) {
        self.running.abort_all();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let listener = BoundedListener::new(listener, Networks::default());
        let folder = self.folder.path();
        let nodes = WitnessedNodes::new(
            Arc::new(SystemClock),
            folder,
            folder.join("nodes.json"),
            self.key.clone(),
        );
        self.running
            .spawn(serve_on(listener, nodes, Shutdown::default()));
        self.url = format!("http://{address}/witness/puer");
    }

    fn witness(&self, folder: &Path) -> NodeWitness {
        NodeWitness::new(&self.url, self.key.cosigner().clone(), folder).unwrap()
    }

    fn kept(&self) -> PathBuf {
        self.folder.path().join("witness-of/puer").join(FILE)
    }
}

/// A log that says something else from a record on, cosigned at these sizes with its proofs; in the file of the journal.
async fn cosigned(folder: &Path, sizes: &'static [u64], rewritten: Option<u64>) -> PathBuf {
    cosigned_with(cosigning_key(), folder, sizes, rewritten).await
}

async fn cosigned_with(
    cosigner: CosigningKey,
    folder: &Path,
    sizes: &'static [u64],
    rewritten: Option<u64>,
) -> PathBuf {
    let folder = folder.to_owned();
    let making = move || {
        let log = Log {
            cosigner,
            ..Log::open(&folder.join("log"), 1)
        };
        let mut all: Vec<CosignedCheckpoint> = Vec::new();
        for count in sizes {
            log.write(*count, rewritten);
            let last = all.last();
            let cosigned = log.cosign(last, None).unwrap();
            let continues = last.map(|last| {
                let size = last.checkpoint.head().size;
                let proof = log.proof_since(size);
                Continued { size, proof }
            });
            all.push(CosignedCheckpoint {
                continues,
                ..cosigned
            });
        }
        log.close();
        let own = folder.join(FILE);
        enter(&own, &all).unwrap();
        own
    };
    tokio::task::spawn_blocking(making).await.unwrap()
}

fn sizes(all: &[CosignedCheckpoint]) -> Vec<u64> {
    all.iter().map(|it| it.checkpoint.head().size).collect()
}

#[tokio::test]
async fn another_node_takes_each_checkpoint_and_refuses_another_past() {
    let here = tempfile::tempdir().unwrap();
    let own = cosigned(here.path(), &[3, 5, 8], None).await;
    let other = Other::start(cosigning_key().cosigner()).await;
    for _ in 0..2 {
        let witness = other.witness(here.path());
        witness.copy(own.clone(), cosigners()).await.unwrap();
    }
    let [journal] = cosigners();
    let keys = [journal, other.key.cosigner().clone()];
    let witnessed = read(&here.path().join(WITNESSED_FILE), &keys).unwrap();
    assert_eq!(sizes(&witnessed), [3, 5, 8]);
    // What it keeps is read over the web, as any copy of what was cosigned.
    let copy = fetch(&file_of(&other.url)).await.unwrap();
    let copy = parse(Path::new("copy"), &copy, &cosigners()).unwrap();
    assert_eq!(sizes(&copy), [3, 5, 8]);
    let before = fs::read(other.kept()).unwrap();

    // Who holds the keys of the log and of the journal writes the past anew: longer, as long, and shorter.
    for rewritten in REWRITTEN {
        let there = tempfile::tempdir().unwrap();
        let own = cosigned(there.path(), rewritten, Some(2)).await;
        let refused = other.witness(there.path()).copy(own, cosigners()).await;
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains("contradicts"), "{rewritten:?}: {refused}");
        assert!(!there.path().join(WITNESSED_FILE).exists());
    }
    assert_eq!(fs::read(other.kept()).unwrap(), before);
}

#[tokio::test]
async fn a_node_that_is_not_enrolled_or_has_another_key_is_refused() {
    let here = tempfile::tempdir().unwrap();
    let own = cosigned(here.path(), &[3], None).await;
    let stranger = CosigningKey::from_seed("onestop/journal/main", &[5; 32]).unwrap();
    let mut other = Other::start(stranger.cosigner()).await;
    let of_another_key = other.witness(here.path());
    let refused = of_another_key.copy(own.clone(), cosigners()).await;
    assert!(refused.unwrap_err().to_string().contains("enrol"));
    other.url = other.url.replace("puer", "dali");
    let unknown = other.witness(here.path()).copy(own, cosigners()).await;
    assert!(unknown.unwrap_err().to_string().contains("enrol"));
    assert!(fetch(&file_of(&other.url)).await.is_err());
    assert!(!other.kept().exists());
}

/// The journal's key was lost with its machine, and another one is enrolled.
#[tokio::test]
async fn a_witness_says_that_the_key_was_changed_and_goes_on_once_its_file_is_aside() {
    let here = tempfile::tempdir().unwrap();
    let own = cosigned(here.path(), &[3], None).await;
    let mut other = Other::start(cosigning_key().cosigner()).await;
    let witness = other.witness(here.path());
    witness.copy(own, cosigners()).await.unwrap();

    let renewed = CosigningKey::from_seed("onestop/journal/main", &[5; 32]).unwrap();
    other.enrol(renewed.cosigner());
    let there = tempfile::tempdir().unwrap();
    let own = cosigned_with(renewed.clone(), there.path(), &[3, 5], None).await;
    let keys = [renewed.cosigner().clone()];
    // While the witness runs, and after it was started again.
    for _ in 0..2 {
        let witness = other.witness(there.path());
        let refused = witness.copy(own.clone(), keys.clone()).await.unwrap_err();
        let refused = refused.to_string();
        assert!(refused.contains("another key"), "{refused}");
        assert!(refused.contains("aside"), "{refused}");
        other.serve().await;
    }
    fs::rename(other.kept(), other.kept().with_extension("before")).unwrap();
    let witness = other.witness(there.path());
    witness.copy(own, keys.clone()).await.unwrap();
    assert_eq!(sizes(&read(&other.kept(), &keys).unwrap()), [3, 5]);
}

#[tokio::test]
async fn a_witness_that_was_put_back_gets_what_it_lacks() {
    let here = tempfile::tempdir().unwrap();
    let own = cosigned(here.path(), &[3, 5, 8], None).await;
    let mut other = Other::start(cosigning_key().cosigner()).await;
    let first = read(&own, &cosigners()).unwrap();
    let part = here.path().join("part.jsonl");
    enter(&part, &first[..2]).unwrap();
    let witness = other.witness(here.path());
    witness.copy(part, cosigners()).await.unwrap();
    // Its disk is put back to when it had the first.
    let text = fs::read_to_string(other.kept()).unwrap();
    let first_line = text.split_inclusive('\n').next().unwrap();
    fs::write(other.kept(), first_line).unwrap();
    other.serve().await;
    let witness = other.witness(here.path());
    witness.copy(own, cosigners()).await.unwrap();
    let kept = read(&other.kept(), &cosigners()).unwrap();
    assert_eq!(sizes(&kept), [3, 5, 8]);
}
