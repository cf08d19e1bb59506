import JobExecutors
import Testing

/// References to images, as people write them.
@Suite struct ImageReferenceTests {
    struct Case: CustomTestStringConvertible {
        var text: String
        var repository: String
        var tag: String?
        var digest: String?

        init(_ text: String, _ repository: String, _ tag: String?, _ digest: String? = nil) {
            (self.text, self.repository, self.tag, self.digest) = (text, repository, tag, digest)
        }

        var testDescription: String { text }
    }

    private static let digest = "sha256:9a833def2679ff7151f4caf1b8051c2d225fc88a55181efb5356800f144d2f99"

    @Test(
        "A reference has a repository and a tag or a digest",
        arguments: [
            Case("alpine", "alpine", "latest"),
            Case("alpine:3.20", "alpine", "3.20"),
            Case("team/tool:v1_2-rc.1", "team/tool", "v1_2-rc.1"),
            Case("registry.example.org/team/tool", "registry.example.org/team/tool", "latest"),
            Case("registry.example.org:5000/tool:1", "registry.example.org:5000/tool", "1"),
            Case("localhost/tool", "localhost/tool", "latest"),
            Case("Registry.Example.org/tool", "Registry.Example.org/tool", "latest"),
            Case("alpine@\(digest)", "alpine", nil, digest),
            Case("host:5000/a/b:1@\(digest)", "host:5000/a/b", "1", digest),
        ])
    func read(_ sample: Case) throws {
        let reference = try #require(ImageReference(sample.text))

        #expect(reference.repository == sample.repository)
        #expect(reference.tag == sample.tag)
        #expect(reference.digest == sample.digest)
        #expect(reference.description.hasPrefix(sample.text))
    }

    @Test(
        "Anything else is no reference",
        arguments: [
            "", ":", "@", "Alpine", "alpine:", "alpine:a/b", "-x", "a//b", "/a", "a/", "alpine@sha256:123", "a b",
            "host:99999999/a", "alpine:.x", "alpine?x=1", "..", "a/../b:", "alpine@\(digest)@\(digest)",
        ])
    func refused(_ text: String) {
        #expect(ImageReference(text) == nil)
    }
}
