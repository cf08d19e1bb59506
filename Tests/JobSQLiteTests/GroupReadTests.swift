import GRDB
import JobCore
import JobSQLite
import Testing

@Suite(.timeLimit(.minutes(1)))
struct GroupReadTests {
    @Test("callers at one time get each the job they asked for, as they left it")
    func manyReaders() async throws {
        try await Folder.with { folder in
            let queue = try await SQLiteQueue.open(path: folder.store)
            try await withThrowingDiscardingTaskGroup { group in
                for number in 0..<300 {
                    group.addTask {
                        let job = try await queue.enqueue(.test("job-\(number)"))
                        #expect(try await queue.job(job.id) == job)
                        let changed = try await queue.apply([JobEvent(.cancel(reason: "enough"), of: job.id)])[0].get()
                        #expect(try await queue.job(job.id) == changed)
                        #expect(try await queue.job(JobID()) == nil)
                    }
                }
            }
            try await queue.close()
        }
    }

    @Test("a job that is polled shows what another connection has changed as soon as that is acknowledged")
    func changesOfOthers() async throws {
        try await Folder.with { folder in
            let reader = try await SQLiteQueue.open(path: folder.store)
            let writer = try await SQLiteQueue.open(path: folder.store)
            var job = try await writer.enqueue(.test("job"))
            for round in 1...50 {
                for _ in 1...3 { #expect(try await reader.job(job.id) == job) }
                let edit = JobEdit(priority: round)
                job = try await writer.apply([JobEvent(.edit(edit), of: job.id)])[0].get()
            }
            #expect(try await reader.job(job.id)?.spec.priority == 50)
            job = try await writer.apply([JobEvent(.cancel(), of: job.id)])[0].get()
            try await writer.close()
            // The memory that tells of commits stays as long as a connection does.
            #expect(try await reader.job(job.id) == job)
            #expect(try await reader.delete([job.id]).count == 1)
            #expect(try await reader.job(job.id) == nil)
            try await reader.close()
        }
    }

    @Test("a damaged row fails only those who ask for it")
    func damagedAmongSound() async throws {
        try await Folder.with { folder in
            let pool = try folder.pool()
            let queue = try await SQLiteQueue.over(pool)
            let jobs = try await queue.enqueue((0..<40).map { NewJob(.test("job-\($0)")) })
            try await pool.write { try $0.execute(sql: "UPDATE job_specs SET spec = '{' WHERE job = 1") }
            try await withThrowingDiscardingTaskGroup { group in
                for job in jobs.dropFirst() {
                    group.addTask {
                        let found = try await queue.job(job.id)
                        #expect(found == job)
                    }
                    group.addTask {
                        let error = try await queueError { _ = try await queue.job(jobs[0].id) }
                        #expect(error.code == .corrupt)
                    }
                }
            }
            try await queue.close()
        }
    }
}
