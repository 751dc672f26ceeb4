//! The executable of the notarization service.

fn main() -> std::process::ExitCode {
    onestop_chassis::node::main::<onestop_notarization::Notarization>(onestop_chassis::version!())
}
