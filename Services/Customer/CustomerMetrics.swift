import Service

/// What the customer service counts.
struct CustomerMetrics: Sendable {
  let created: Counter
  let updated: Counter
  let deleted: Counter
  let importCreated: Counter
  let importUpdated: Counter
  let importRejected: Counter
  let audienceMembers: Counter
  let logIns: MetricFamily<Counter>
  let customerLogIns: MetricFamily<Counter>
  let resetMails: MetricFamily<Counter>
  let keyChecks: MetricFamily<Counter>

  init(_ metrics: Metrics) {
    created = metrics.counter("mailout_customers_created_total", "Customers created one by one.")
    updated = metrics.counter("mailout_customers_updated_total", "Changes of single customers.")
    deleted = metrics.counter("mailout_customers_deleted_total", "Customers deleted.")
    let lines = metrics.counters(
      "mailout_customer_import_lines_total", "Imported lines by what became of them.", labels: ["result"])
    importCreated = lines.with("created")
    importUpdated = lines.with("updated")
    importRejected = lines.with("rejected")
    audienceMembers = metrics.counter("mailout_audience_members_total", "Customers handed out in audience pages.")
    logIns = metrics.counters(
      "mailout_operator_log_ins_total", "Log-ins of operators and clients by result.", labels: ["result"])
    customerLogIns = metrics.counters(
      "mailout_customer_log_ins_total", "Log-ins of customers by result.", labels: ["result"])
    resetMails = metrics.counters(
      "mailout_reset_mails_total", "Mails with reset tokens by what became of them: sent, deferred, failed, unknown.",
      labels: ["result"])
    keyChecks = metrics.counters(
      "mailout_api_key_checks_total", "API keys that gateways asked about, by result.", labels: ["result"])
  }
}
