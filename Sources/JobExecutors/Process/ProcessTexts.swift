internal import CProcess

/// The texts that a process is started with.
struct ProcessTexts {
    private var arguments: CStringList
    private var environment: CStringList
    private let directory: String

    /// Takes the program's own name with the arguments after it, all variables, and the working directory.
    init(_ arguments: [String], environment: [String: String], directory: String) {
        self.arguments = CStringList(arguments)
        self.environment = CStringList(environment)
        self.directory = directory
    }

    /// Whether a text holds a NUL, so that C would not see all of it.
    var holdsNUL: Bool {
        arguments.holdsNUL || environment.holdsNUL || directory.utf8.contains(0)
    }

    /// Starts the program of a file with these standard descriptors, nil for `/dev/null`; blocks until it is loaded.
    ///
    /// - Returns: 0, or an error number when nothing was started.
    mutating func start(
        _ path: String, input: CInt?, output: CInt, error: CInt?, _ child: inout cprocess_child
    ) -> CInt {
        path.withCString { path in
            directory.withCString { directory in
                arguments.withPointers { arguments in
                    environment.withPointers { environment in
                        var program = cprocess_program(
                            path: path, arguments: arguments, environment: environment, directory: directory,
                            input: input ?? -1, output: output, error: error ?? -1)
                        return cprocess_start(&program, CPROCESS_BEST_WAY, &child)
                    }
                }
            }
        }
    }
}
