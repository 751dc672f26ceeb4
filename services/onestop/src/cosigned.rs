//! The cosigned checkpoints that `onestop verify` compares logs with: those that the journal keeps here, and those of the
//! outside witness.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use onestop_chassis::{
    client::{Client, QuestionMeta},
    keys,
    settings::{Settings, WitnessAddress},
};
use onestop_eventlog::{CosignerKey, LogReader};
use onestop_journal::cosigning::{self, CosignedCheckpoint};
use onestop_proto::{comparison::RootQuery, envelope::Source, journal, query::Verification};

use crate::{bounded_file, output::Output};

/// Files of cosigned checkpoints.
pub(crate) struct CosignedFiles(Vec<CosignedFile>);

struct CosignedFile {
    path: PathBuf,
    cosigned: Vec<CosignedCheckpoint>,
}

/// What came of the comparison of one log.
pub(crate) struct Compared {
    pub(crate) verification: Verification,
    /// With how many cosigned checkpoints the log agrees.
    pub(crate) cosigned: usize,
}

/// A copy of the cosigned checkpoints that was kept elsewhere.
pub(crate) struct FurtherCopy {
    place: PathBuf,
    bytes: Vec<u8>,
}

impl FurtherCopy {
    /// Reads the file, or what the address gives.
    pub(crate) async fn fetch(address: &WitnessAddress) -> anyhow::Result<Self> {
        let place = PathBuf::from(address.to_string());
        let bytes = match address {
            WitnessAddress::File(file) => bounded_file::read(file, cosigning::LONGEST_FILE),
            WitnessAddress::Web(url) => cosigning::fetch(url).await,
            WitnessAddress::Node(url) => cosigning::fetch(&cosigning::file_of(url)).await,
        };
        let bytes = bytes.with_context(|| {
            let place = place.display();
            format!("无法读取 {place} 的副本 / cannot read the copy at {place}")
        })?;
        Ok(Self { place, bytes })
    }
}

impl CosignedFiles {
    /// Reads the files that there are, and verifies them with the key that is given, or the one in the journal's folder.
    pub(crate) fn read(
        cosigner: Option<&str>,
        further: Option<FurtherCopy>,
        settings: &Settings,
    ) -> anyhow::Result<Self> {
        let folder = settings.data.join(journal::SERVICE);
        let own = folder.join(cosigning::FILE);
        let witnessed = folder.join(cosigning::WITNESSED_FILE);
        let witness = settings.witness.as_ref().and_then(WitnessAddress::file);
        let is_begun = own.exists();
        // A witness may not have been given anything yet; but not once something was cosigned here.
        let named = witness.filter(|file| is_begun || cosigner.is_some() || file.exists());
        let cosigned = is_begun.then_some(own).into_iter();
        let cosigned: Vec<PathBuf> = cosigned.chain(named.map(Path::to_owned)).collect();
        if cosigned.is_empty() && !witnessed.exists() && further.is_none() {
            return Ok(Self(Vec::new()));
        }
        let key = match cosigner {
            Some(given) => given_key(given)?,
            None => match keys::cosigner_key(&folder)? {
                Some(key) => key,
                None => bail!(said!(
                    "cosigner-not-there",
                    path = folder.join(keys::COSIGNING_PUBLIC).display()
                )),
            },
        };
        let read = |path: PathBuf, keys: &[CosignerKey]| {
            let cosigned = cosigning::read(&path, keys)?;
            Ok::<_, anyhow::Error>(CosignedFile { path, cosigned })
        };
        let mut keys = vec![key];
        let files = cosigned.into_iter().map(|path| read(path, &keys));
        let mut files: Vec<_> = files.collect::<Result<_, _>>()?;
        if let Some(FurtherCopy { place: path, bytes }) = further {
            let cosigned = cosigning::parse(&path, &bytes, &keys)?;
            files.push(CosignedFile { path, cosigned });
        }
        if witnessed.exists() {
            let witness_key = settings.witness_key.as_deref().map(given_key);
            keys.extend(witness_key.transpose()?);
            files.push(read(witnessed, &keys)?);
        }
        Ok(Self(files))
    }

    /// Compares a log that was found intact.
    pub(crate) fn compare(
        &self,
        source: &Source,
        log: &LogReader,
        verification: Verification,
        output: &Output,
    ) -> anyhow::Result<Compared> {
        let Verification::Intact { events, .. } = verification else {
            return Ok(uncompared(verification));
        };
        let mut compared = 0;
        for CosignedFile { path, cosigned } in &self.0 {
            let current = cosigning::current(source, cosigned);
            if let Some(differing) = cosigning::first_contradicting(log, &current)? {
                return Ok(contradicted(events, differing, path, output));
            }
            compared += current.len();
        }
        Ok(Compared {
            verification,
            cosigned: compared,
        })
    }

    /// Asks a service that found its log intact for the proof of each checkpoint.
    pub(crate) async fn compare_online(
        &self,
        source: &Source,
        client: &Client,
        verification: Verification,
        output: &Output,
    ) -> anyhow::Result<Compared> {
        let Verification::Intact { events, .. } = verification else {
            return Ok(uncompared(verification));
        };
        let mut compared = 0;
        for CosignedFile { path, cosigned } in &self.0 {
            for checkpoint in cosigning::current(source, cosigned) {
                let query = RootQuery {
                    size: checkpoint.checkpoint.head().size,
                    cosigned: None,
                };
                let meta = QuestionMeta::default();
                let answer = client.ask_service(&source.service, meta, &query).await?;
                if !cosigning::continues(checkpoint, &answer) {
                    return Ok(contradicted(events, checkpoint, path, output));
                }
                compared += 1;
            }
        }
        Ok(Compared {
            verification,
            cosigned: compared,
        })
    }
}

fn uncompared(verification: Verification) -> Compared {
    Compared {
        verification,
        cosigned: 0,
    }
}

fn contradicted(
    events: u64,
    differing: &CosignedCheckpoint,
    path: &Path,
    output: &Output,
) -> Compared {
    let size = differing.checkpoint.head().size;
    let which = if size > events {
        "verify-cosigned-shorter"
    } else {
        "verify-cosigned-differs"
    };
    let arguments = [
        ("size", &*size.to_string()),
        ("events", &*events.to_string()),
        ("at", &*output.moment(differing.at)),
        ("file", &*path.display().to_string()),
    ];
    let problem = output.message_with(which, &arguments);
    uncompared(Verification::Contradicted { events, problem })
}

/// A public key, or a file with one.
fn given_key(given: &str) -> anyhow::Result<CosignerKey> {
    if let Ok(key) = given.parse() {
        return Ok(key);
    }
    let text = bounded_file::read_text(Path::new(given), bounded_file::SMALL)
        .with_context(|| format!("“{given}”不是公钥，也不是存有公钥的文件 / '{given}' is neither a public key nor a file with one"))?;
    text.parse()
        .with_context(|| said!("key-not-usable", given = given))
}
