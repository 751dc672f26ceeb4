//! The executable of the legal-aid service.

fn main() -> std::process::ExitCode {
    onestop_chassis::node::main::<onestop_legal_aid::LegalAid>(onestop_chassis::version!())
}
