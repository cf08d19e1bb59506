import JobCore
import Testing

/// The hash of files against the examples of its standard and lengths around a block.
@Suite struct ContentHashTests {
    // https://csrc.nist.gov/projects/cryptographic-standards-and-guidelines/example-values
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
        ),
        (String(repeating: "a", count: 1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ])
    func knownHashes(_ text: String, _ hash: String) {
        #expect(Hexadecimal.encode(ContentHash.sha256(Array(text.utf8))) == hash)
    }

    /// The hash of the hashes of all lengths up to some blocks, as Python's hashlib has it.
    @Test func everyLength() {
        let hashes = (0..<200).flatMap { length in
            ContentHash.sha256((0..<length).map { UInt8(truncatingIfNeeded: $0 * 7) })
        }
        #expect(
            Hexadecimal.encode(ContentHash.sha256(hashes))
                == "0a716dcd52ebb45d547cf893c2616d1641ae3c122398e759ddeb1d0698a65c1a")
    }
}
