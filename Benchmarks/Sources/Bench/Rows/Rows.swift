/// One row of the table of targets.
struct Row {
    let name: String
    let measure: (Context) async throws -> [Report]
}

/// All rows, in the order in which they are measured.
enum Rows {
    static var all: [Row] {
        [
            Row(name: "A1", measure: a1), Row(name: "A2", measure: a2), Row(name: "A3", measure: a3),
            Row(name: "A4", measure: a4), Row(name: "A5", measure: a5), Row(name: "A6", measure: a6),
            Row(name: "A7", measure: a7), Row(name: "A8", measure: a8), Row(name: "A9", measure: a9),
            Row(name: "A10", measure: a10), Row(name: "A11", measure: a11),
            Row(name: "B1", measure: b1), Row(name: "B2", measure: b2), Row(name: "B3", measure: b3),
            Row(name: "B4", measure: b4),
            Row(name: "C1", measure: c1), Row(name: "C2", measure: c2),
        ]
    }
}
