//! The executable of the referral service.

fn main() -> std::process::ExitCode {
    onestop_chassis::node::main::<onestop_referral::Referral>(onestop_chassis::version!())
}
