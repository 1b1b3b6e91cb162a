import Service

@main
struct GatewayMain {
  static func main() async {
    await ServiceMain.run(
      name: "gateway", summary: "Answers HTTP by asking the services over the broker.", adminPort: 9100,
      configure: GatewaySettings.init, body: Gateway.run)
  }
}
