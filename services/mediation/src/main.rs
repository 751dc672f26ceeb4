//! The executable of the mediation service.

fn main() -> std::process::ExitCode {
    onestop_chassis::node::main::<onestop_mediation::Mediation>(onestop_chassis::version!())
}
