//! What other nodes have sent, and whether more of it continues that.

use std::{
    collections::{BTreeMap, HashSet},
    fs, io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use onestop_chassis::{bounded_file, clock::Clock, identity};
use onestop_eventlog::{Checkpoint, CosignerKey, CosigningKey, VerifyingKey};
use onestop_proto::{comparison::NotCosigned, envelope::Source, time::Timestamp};
use tracing::{error, warn};

use super::{
    FOLDER, enrolled,
    erasures::{ERASURES, Entered, List},
};
use crate::cosigning::{
    CosignedCheckpoint, CosignedFileError, FILE, file,
    node::{NotTaken, Offer},
    rules::{Known, Offered, check, parse_proof},
};

/// What the journal keeps of the nodes whose witness it is.
#[derive(Clone)]
pub(crate) struct WitnessedNodes(Arc<Inner>);

struct Inner {
    clock: Arc<dyn Clock>,
    folder: PathBuf,
    enrolled: PathBuf,
    key: CosigningKey,
    /// By the name of the node.
    kept: Mutex<BTreeMap<String, Kept>>,
    /// The lists of erasures, by the name of the node: no node waits for another.
    erasures: Mutex<BTreeMap<String, Arc<Mutex<List>>>>,
}

/// What is kept of one node.
#[derive(Default)]
struct Kept {
    /// The key that has cosigned all of it.
    cosigner: String,
    newest: BTreeMap<Source, CosignedCheckpoint>,
    notes: HashSet<String>,
}

impl Kept {
    fn add(&mut self, cosigned: CosignedCheckpoint) {
        self.notes.insert(cosigned.checkpoint.note().to_owned());
        let place = |it: &CosignedCheckpoint| (it.checkpoint.epoch(), it.checkpoint.head().size);
        let newest = self.newest.get(&cosigned.source);
        if newest.map(place) < Some(place(&cosigned)) {
            self.newest.insert(cosigned.source.clone(), cosigned);
        }
    }
}

impl WitnessedNodes {
    pub(crate) fn new(
        clock: Arc<dyn Clock>,
        folder: &Path,
        enrolled: PathBuf,
        key: CosigningKey,
    ) -> Self {
        Self(Arc::new(Inner {
            clock,
            folder: folder.join(FOLDER),
            enrolled,
            key,
            kept: Mutex::default(),
            erasures: Mutex::default(),
        }))
    }

    /// Keeps a checkpoint of a node; the line of this journal's cosignature. Blocks.
    ///
    /// # Errors
    /// If the node is not enrolled, or it does not continue what is kept; then nothing is kept.
    pub(super) fn take(&self, node: &str, offer: &Offer) -> Result<String, NotTaken> {
        let taken = self.try_take(node, offer);
        taken.unwrap_or_else(|failed| {
            error!(
                error = format!("{failed:#}"),
                node, "a checkpoint of another node cannot be kept"
            );
            Err(NotTaken::Unavailable {})
        })
    }

    fn try_take(&self, node: &str, offer: &Offer) -> anyhow::Result<Result<String, NotTaken>> {
        let Some(keys) = enrolled::keys_of(&self.0.enrolled, node)? else {
            return Ok(Err(NotTaken::NotEnrolled {}));
        };
        let cosigner = keys.cosigner;
        let (proven, at) = match read(offer, &cosigner) {
            Ok(read) => read,
            Err(refused) => return Ok(Err(refused)),
        };
        let mut all = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(kept) = self.kept_of(&mut all, node, &cosigner)? else {
            warn!(
                node,
                "what is kept of another node was cosigned with another key than the one that is enrolled"
            );
            return Ok(Err(NotTaken::KeyChanged {}));
        };
        if !kept.notes.contains(&offer.note) {
            if let Err(refused) = continues(kept, offer, &proven) {
                warn!(node, source = %offer.source, ?refused, "a checkpoint of another node is refused");
                return Ok(Err(refused));
            }
            let cosigned = CosignedCheckpoint {
                source: offer.source.clone(),
                key: proven.key,
                checkpoint: proven.checkpoint.clone(),
                at,
                continues: offer.continues.clone(),
            };
            file::enter(&self.file(node)?, std::slice::from_ref(&cosigned))?;
            kept.add(cosigned);
        }
        let now = self.0.clock.now().as_micros().div_euclid(1_000_000);
        let time = u64::try_from(now).unwrap_or(0);
        let signed = self.0.key.cosign(&proven.checkpoint, time)?;
        let line = signed.note().lines().last().unwrap_or_default();
        Ok(Ok(format!("{line}\n")))
    }

    /// Adds lines to the list of erasures of a node, whose intake has signed them. Blocks.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(super) fn enter_erasures(
        &self,
        node: &str,
        token: Option<&str>,
        body: &[u8],
    ) -> anyhow::Result<Entered> {
        let keys = enrolled::keys_of(&self.0.enrolled, node)?;
        let Some(public) = keys.and_then(|keys| keys.erasures) else {
            return Ok(Entered::NotSigned);
        };
        let subject = format!("witness/{node}/erasures");
        let request = (subject.as_str(), body);
        if !identity::is_signed_by(&public, token, request, self.0.clock.now()) {
            warn!(
                node,
                "lines for the list of erasures are not signed by its intake"
            );
            return Ok(Entered::NotSigned);
        }
        let mut lists = self
            .0
            .erasures
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let list = Arc::clone(lists.entry(node.to_owned()).or_default());
        drop(lists);
        let path = self.file(node)?.with_file_name(ERASURES);
        // Two who enter at once would write two lines in one place.
        let mut list = list.lock().unwrap_or_else(PoisonError::into_inner);
        list.enter(&path, body)
    }

    /// A file of what is kept of a node from a place on, as it is; nothing of one that has sent nothing, or is not enrolled. Blocks.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(super) fn copy(
        &self,
        node: &str,
        file: &str,
        from: u64,
    ) -> anyhow::Result<Option<Vec<u8>>> {
        if enrolled::keys_of(&self.0.enrolled, node)?.is_none() {
            return Ok(None);
        }
        let path = self.0.folder.join(node).join(file);
        match bounded_file::read_from(&path, from, bounded_file::GROWN) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// What is known of a node's file, which is read again where another key is enrolled; nothing if that has not cosigned it.
    fn kept_of<'a>(
        &self,
        all: &'a mut BTreeMap<String, Kept>,
        node: &str,
        cosigner: &CosignerKey,
    ) -> anyhow::Result<Option<&'a mut Kept>> {
        let enrolled = cosigner.to_string();
        let is_known = all.get(node).is_some_and(|kept| kept.cosigner == enrolled);
        if !is_known {
            let Some(kept) = self.load(node, cosigner)? else {
                return Ok(None);
            };
            all.insert(node.to_owned(), kept);
        }
        Ok(all.get_mut(node))
    }

    /// What a node's file has; nothing if another key has cosigned it.
    fn load(&self, node: &str, cosigner: &CosignerKey) -> anyhow::Result<Option<Kept>> {
        let path = self.file(node)?;
        let mut kept = Kept {
            cosigner: cosigner.to_string(),
            ..Kept::default()
        };
        if path.exists() {
            match file::read(&path, std::slice::from_ref(cosigner)) {
                Ok(all) => all.into_iter().for_each(|cosigned| kept.add(cosigned)),
                Err(CosignedFileError::OtherKey { .. }) => return Ok(None),
                Err(unusable) => return Err(unusable.into()),
            }
        }
        Ok(Some(kept))
    }

    /// The file of a node, in a folder that is there.
    fn file(&self, node: &str) -> io::Result<PathBuf> {
        let folder = self.0.folder.join(node);
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true).mode(0o700).create(&folder)?;
        Ok(folder.join(FILE))
    }
}

/// A checkpoint that the node's journal has cosigned, with the key of its log.
struct Proven {
    checkpoint: Checkpoint,
    key: VerifyingKey,
}

/// The checkpoint of an offer, and when the node's journal has cosigned it.
fn read(offer: &Offer, cosigner: &CosignerKey) -> Result<(Proven, Timestamp), NotTaken> {
    let not_signed = || NotTaken::Refused {
        why: NotCosigned::NotSigned {},
    };
    let checkpoint = Checkpoint::parse(&offer.note).map_err(|_| not_signed())?;
    let key = offer.key.parse().map_err(|_| not_signed())?;
    let time = cosigner.verify(&checkpoint);
    let time = time.map_err(|_| NotTaken::NotEnrolled {})?;
    let time = i64::try_from(time)
        .ok()
        .and_then(|it| it.checked_mul(1_000_000));
    let at = Timestamp::from_micros(time.ok_or_else(not_signed)?);
    Ok((Proven { checkpoint, key }, at))
}

/// Checks that a checkpoint continues what is kept of its log, as the node's own journal has.
fn continues(kept: &Kept, offer: &Offer, proven: &Proven) -> Result<(), NotTaken> {
    let last = kept.newest.get(&offer.source);
    let refused = |why| NotTaken::Refused { why };
    let proof = offer.continues.as_ref().map(|it| parse_proof(&it.proof));
    let Some(proof) = proof.unwrap_or(Some(Vec::new())) else {
        return Err(refused(NotCosigned::NotSigned {}));
    };
    if let Some(last) = last {
        let (size, offered) = (last.checkpoint.head().size, proven.checkpoint.head().size);
        let from = offer.continues.as_ref().map(|it| it.size);
        let is_same_log = last.checkpoint.epoch() == proven.checkpoint.epoch();
        // Another past of the same size, or a shorter one, is no gap.
        if is_same_log && offered > size && from != Some(size) {
            return Err(NotTaken::Behind { size });
        }
    }
    let known = Known {
        source: &offer.source,
        last,
        held: None,
    };
    let offered = Offered::forwarded(proven.checkpoint.clone(), proven.key.clone(), proof);
    check(&known, &offered).map_err(refused)
}
