//! `onestop standby`, `onestop switch`.

use std::path::PathBuf;

use clap::Args;
use onestop_proto::actor::ServiceName;

#[derive(Args)]
#[command(after_help = "\
Example: onestop standby --service referral --data /var/lib/onestop --nats tls://hub:4222 --nats-key /etc/onestop/keys/referral.nk

Before the first start, copy signing.key and signing.pub from the service's folder to its folder here, and for intake put
the master key here, which is never sent; for the gateway, copy draft.key instead. The service itself runs with --standby
async or sync. When its lease has run out, this process takes it and becomes the service, with the settings that it was
given. Stop the service on the other machine for good then: its folder may hold events that were lost. deploy/RECOVERY.md
says it step by step.")]
pub(crate) struct StandbyArgs {
    /// The service whose log is followed
    #[arg(long)]
    pub(crate) service: ServiceName,
    /// Take over also if the copy may lack what was confirmed: the other machine does not come back
    #[arg(long)]
    pub(crate) incomplete: bool,
}

#[derive(Args)]
#[command(after_help = "\
Example: onestop switch referral --keys /etc/onestop/keys

It needs the operator's key. The service finishes what it has begun, its standby gets the last of it and takes over; what
was asked meanwhile is asked once more by those who asked it.")]
pub(crate) struct SwitchArgs {
    /// The service that is handed over
    pub(crate) service: ServiceName,
    /// Folder that 'onestop keys init' made
    #[arg(long, value_name = "FOLDER")]
    pub(crate) keys: PathBuf,
}
