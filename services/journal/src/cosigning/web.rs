//! An outside witness on the web: it gets each cosigned checkpoint as a signed note, and answers with its own cosignature.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, bail, ensure};
use onestop_chassis::web::{body, client};
use onestop_eventlog::CosignerKey;
use reqwest::{Client, header};

use super::{
    WITNESSED_FILE,
    file::{self, CosignedCheckpoint, CosignedFileError},
};

/// How long the witness may take.
pub(super) const TIMEOUT: Duration = Duration::from_secs(10);
/// The longest answer, in bytes.
pub(super) const LONGEST: usize = 64 * 1024;

/// How long a file of cosigned checkpoints may take to come.
const FILE_TIMEOUT: Duration = Duration::from_mins(5);
/// The longest one that is read, in bytes.
pub const LONGEST_FILE: u64 = 256 * 1024 * 1024;

/// Fetches a file of cosigned checkpoints from the web. What is in it proves itself by its signatures.
///
/// # Errors
/// If it does not come, or is too long.
pub async fn fetch(url: &str) -> anyhow::Result<Vec<u8>> {
    // The library's own error text is not kept: it holds the URL, which may hold a secret.
    let Ok(answer) = client(TIMEOUT)?.get(url).timeout(FILE_TIMEOUT).send().await else {
        bail!("the witness cannot be reached");
    };
    let status = answer.status().as_u16();
    ensure!(
        answer.status().is_success(),
        "the witness answered {status}"
    );
    body(answer, usize::try_from(LONGEST_FILE).unwrap_or(usize::MAX)).await
}

/// The witness.
#[derive(Debug, Clone)]
pub(super) struct Web {
    client: Client,
    url: String,
    /// What its cosignatures are verified with; without it, it need give none.
    key: Option<CosignerKey>,
    taken: PathBuf,
}

impl Web {
    /// # Errors
    /// If there can be no client.
    pub(super) fn new(url: &str, key: Option<CosignerKey>, folder: &Path) -> anyhow::Result<Self> {
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
        let reading = move || missing(&own, &taken, &cosigner);
        for checkpoint in tokio::task::spawn_blocking(reading).await?? {
            let answer = self.post(checkpoint.checkpoint.note().to_owned()).await?;
            let witnessed = self.witnessed(checkpoint, &answer)?;
            let taken = self.taken.clone();
            let entering = move || file::enter(&taken, &[witnessed]);
            tokio::task::spawn_blocking(entering).await??;
        }
        Ok(())
    }

    async fn post(&self, note: String) -> anyhow::Result<String> {
        let request = self.client.post(&self.url);
        let request = request.header(header::CONTENT_TYPE, "text/plain; charset=utf-8");
        // The library's own error text is not kept: it holds the URL, which may hold a secret.
        let Ok(answer) = request.body(note).send().await else {
            bail!("the witness cannot be reached");
        };
        let status = answer.status().as_u16();
        ensure!(
            answer.status().is_success(),
            "the witness answered {status}"
        );
        let body = body(answer, LONGEST).await?;
        String::from_utf8(body).context("the witness's answer is no text")
    }

    /// The checkpoint with the witness's cosignature, which is one line of its answer.
    fn witnessed(
        &self,
        cosigned: CosignedCheckpoint,
        answer: &str,
    ) -> anyhow::Result<CosignedCheckpoint> {
        let Some(key) = &self.key else {
            return Ok(cosigned);
        };
        signed_also(cosigned, answer, key)
    }
}

/// A checkpoint with the witness's cosignature, which is one line of its answer.
///
/// # Errors
/// If no line is one of that key.
pub(super) fn signed_also(
    cosigned: CosignedCheckpoint,
    answer: &str,
    key: &CosignerKey,
) -> anyhow::Result<CosignedCheckpoint> {
    let signed = answer.lines().find_map(|line| {
        let signed = cosigned.checkpoint.with_signature(line).ok()?;
        key.verify(&signed).ok()?;
        Some(signed)
    });
    let checkpoint = signed.context("the witness's answer is not signed by 'witness_key'")?;
    Ok(CosignedCheckpoint {
        checkpoint,
        ..cosigned
    })
}

/// What the journal has cosigned and the witness has not taken.
pub(super) fn missing(
    own: &Path,
    taken: &Path,
    cosigner: &[CosignerKey],
) -> Result<Vec<CosignedCheckpoint>, CosignedFileError> {
    let read = |path: &Path| {
        if path.exists() {
            file::read(path, cosigner)
        } else {
            Ok(Vec::new())
        }
    };
    let place = |it: &CosignedCheckpoint| {
        let checkpoint = &it.checkpoint;
        let origin = checkpoint.origin().to_owned();
        (origin, checkpoint.epoch(), checkpoint.head().size)
    };
    let taken: HashSet<_> = read(taken)?.iter().map(place).collect();
    let mut own = read(own)?;
    own.retain(|it| !taken.contains(&place(it)));
    Ok(own)
}
