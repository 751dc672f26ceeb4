//! The executable of the gateway.

fn main() -> std::process::ExitCode {
    onestop_chassis::node::program("gateway", onestop_chassis::version!(), onestop_gateway::run)
}
