//! Another node's journal as the outside witness: it gets each cosigned checkpoint with the proof that it continues the one
//! before, refuses another past, and answers with its own cosignature.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use onestop_chassis::web::{body, client};
use onestop_eventlog::CosignerKey;
use onestop_proto::{comparison::NotCosigned, envelope::Source};
use reqwest::{Client, StatusCode, header};
use serde::{Deserialize, Serialize};

use super::{
    WITNESSED_FILE,
    file::{self, Continued, CosignedCheckpoint, CosignedFileError},
    web::{LONGEST, TIMEOUT, missing, signed_also},
};

/// A cosigned checkpoint, as one node sends it to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Offer {
    /// The log.
    pub(crate) source: Source,
    /// Its public key.
    pub(crate) key: String,
    /// The checkpoint with the signatures of the log and of the journal.
    pub(crate) note: String,
    /// How it continues the one before; nothing of the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) continues: Option<Continued>,
}

/// Why the other node has not taken a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub(crate) enum NotTaken {
    /// What it has of the log ends there: what lies between is wanted first.
    Behind {
        /// The size of the newest checkpoint that it has.
        size: u64,
    },
    /// It contradicts what it has.
    Refused {
        /// What is wrong with it.
        why: NotCosigned,
    },
    /// No node of that name is enrolled, or another key has cosigned it.
    NotEnrolled {},
    /// Another key of this node's journal has cosigned what it keeps.
    KeyChanged {},
    /// It cannot keep anything now.
    Unavailable {},
}

/// The address of the other node's copy of all that it has taken.
pub fn file_of(url: &str) -> String {
    format!("{url}/{}", super::FILE)
}

/// The witness.
#[derive(Debug, Clone)]
pub(super) struct NodeWitness {
    client: Client,
    url: String,
    key: CosignerKey,
    taken: PathBuf,
}

impl NodeWitness {
    /// # Errors
    /// If there can be no client.
    pub(super) fn new(url: &str, key: CosignerKey, folder: &Path) -> anyhow::Result<Self> {
        Ok(Self {
            client: client(TIMEOUT)?,
            url: url.to_owned(),
            key,
            taken: folder.join(WITNESSED_FILE),
        })
    }

    /// Sends what the witness has not taken yet, one after the other.
    pub(super) async fn copy(self, own: PathBuf, cosigner: [CosignerKey; 1]) -> anyhow::Result<()> {
        let taken = self.taken.clone();
        let reading = move || {
            let all = if own.exists() {
                file::read(&own, &cosigner)?
            } else {
                Vec::new()
            };
            Ok::<_, CosignedFileError>((missing(&own, &taken, &cosigner)?, all))
        };
        let (missing, all) = tokio::task::spawn_blocking(reading).await??;
        for checkpoint in missing {
            let answer = self.bring(&all, &checkpoint).await?;
            let witnessed = signed_also(checkpoint, &answer, &self.key)?;
            let taken = self.taken.clone();
            let entering = move || file::enter(&taken, &[witnessed]);
            tokio::task::spawn_blocking(entering).await??;
        }
        Ok(())
    }

    /// Sends a checkpoint. A witness that lacks some before it, as one that was put back to an older state, gets them first.
    async fn bring(
        &self,
        all: &[CosignedCheckpoint],
        wanted: &CosignedCheckpoint,
    ) -> anyhow::Result<String> {
        let size = match self.offer(wanted).await? {
            Ok(answer) => return Ok(answer),
            Err(NotTaken::Behind { size }) => size,
            Err(refused) => bail!(told(&refused)),
        };
        let last = wanted.checkpoint.head().size;
        let is_between = |it: &&CosignedCheckpoint| {
            it.source == wanted.source
                && it.checkpoint.epoch() == wanted.checkpoint.epoch()
                && (size + 1..=last).contains(&it.checkpoint.head().size)
        };
        let mut answer = None;
        for between in all.iter().filter(is_between) {
            match self.offer(between).await? {
                Ok(taken) => answer = Some(taken),
                Err(refused) => bail!(told(&refused)),
            }
        }
        answer.with_context(|| {
            format!("the witness has a later checkpoint of {size} records, which is not known here")
        })
    }

    async fn offer(
        &self,
        cosigned: &CosignedCheckpoint,
    ) -> anyhow::Result<Result<String, NotTaken>> {
        let offer = Offer {
            source: cosigned.source.clone(),
            key: cosigned.key.to_string(),
            note: cosigned.checkpoint.note().to_owned(),
            continues: cosigned.continues.clone(),
        };
        let request = self.client.post(format!("{}/checkpoints", self.url));
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let sent = request.body(serde_json::to_vec(&offer)?).send().await;
        // The library's own error text is not kept: it holds the URL, which may hold a secret.
        let Ok(answer) = sent else {
            bail!("the witness cannot be reached");
        };
        let status = answer.status();
        let body = body(answer, LONGEST).await?;
        if status == StatusCode::OK {
            let text = String::from_utf8(body).context("the witness's answer is no text")?;
            return Ok(Ok(text));
        }
        match serde_json::from_slice(&body) {
            Ok(not_taken) => Ok(Err(not_taken)),
            Err(_) => bail!("the witness answered {}", status.as_u16()),
        }
    }
}

/// Why it was not taken, for the operator.
fn told(why: &NotTaken) -> String {
    match why {
        NotTaken::Behind { size } => format!("the witness stays behind at {size} records"),
        NotTaken::Refused { why } => format!(
            "the witness refuses the checkpoint, because it contradicts what it has: {why:?}. The past of the log was rewritten, or \
             the witness is of another node"
        ),
        NotTaken::NotEnrolled {} => {
            "the witness does not know this node: enrol its journal's cosigning.pub there (setting 'witness_nodes')"
                .to_owned()
        }
        NotTaken::KeyChanged {} => {
            "what the witness keeps of this node was cosigned with another key of its journal, and it takes nothing of a new key beside \
             that. If the key was lost, have the operator there put cosigned.jsonl of this node's folder in witness-of aside, and keep it \
             with the old cosigning.pub; if not, somebody else signs as this journal"
                .to_owned()
        }
        NotTaken::Unavailable {} => "the witness cannot keep anything now".to_owned(),
    }
}
