//! `onestop registry …`: the commands of the registry, and the files of sites.

use std::path::PathBuf;

use clap::Subcommand;
use onestop_proto::{
    case::{FileHash, MediaType},
    ids::SiteId,
    registry::{EvidenceKind, SiteState},
};

use super::contract::{ContractCommand, Registry};

#[derive(Subcommand)]
pub(crate) enum RegistryCommand {
    #[command(flatten)]
    File(SiteFileCommand),
    #[command(flatten)]
    Contract(ContractCommand<Registry>),
}

#[derive(Subcommand)]
pub(crate) enum SiteFileCommand {
    /// Add a photo or an opening document to a site (登记开办依据)
    #[command(
        after_help = "Example: onestop registry attach-evidence s4k2m9qxa 批复.pdf --kind document --state pilot --by supervisor/li@530828.bureau\n\
                      Photos are public; documents are for staff."
    )]
    AttachEvidence {
        /// The site's id
        site: SiteId,
        /// The file
        file: PathBuf,
        /// What it is: photo, document
        #[arg(long)]
        kind: EvidenceKind,
        /// The state of the site that it shows, or that it is for [default: the present one]
        #[arg(long)]
        state: Option<SiteState>,
        /// What type of file it is, such as application/pdf [default: by the file's ending]
        #[arg(long, value_name = "TYPE")]
        media_type: Option<MediaType>,
    },
    /// Fetch a photo or an opening document of a site, verified
    #[command(
        after_help = "Example: onestop registry evidence s4k2m9qxa HASH --out 批复.pdf --by supervisor/li@530828.bureau"
    )]
    Evidence {
        /// The site's id
        site: SiteId,
        /// Its SHA-256, as 'onestop directory sites --recorded' lists it
        hash: FileHash,
        /// Where to
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}
