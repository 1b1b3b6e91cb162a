import Testing

@testable import Customer

@Suite struct FormulaGuardTests {
  @Test(arguments: [
    "=1+1", "+7 916", "-5", "@SUM(A1)", "\t=1", "\r=1", "\n", "'=1", "''+1", "=cmd|' /C calc'!A0",
  ])
  func formulasAreGuarded(_ text: String) {
    let guarded = FormulaGuard.guarded(text)
    #expect(guarded == "'" + text)
    #expect(FormulaGuard.bare(guarded) == text)
  }

  @Test(arguments: ["", "a", "'", "''", "'a", "O'Neil", "1-1", " =1", "79161234567", "“=1”"])
  func othersStay(_ text: String) {
    #expect(FormulaGuard.guarded(text) == text)
    #expect(FormulaGuard.bare(text) == text)
  }
}
