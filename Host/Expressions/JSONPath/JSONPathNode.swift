package import PatchbayJSON

/// A value that a query selected.
package struct JSONPathNode: Equatable, Sendable {
    package let value: JSON
    private let places: JSONPathPlaces
    private let place: Int

    init(value: JSON, place: Int, places: JSONPathPlaces) {
        self.value = value
        self.place = place
        self.places = places
    }

    /// Where the value is. Made anew each time: most callers read only values.
    package var path: NormalizedPath { places.path(to: place) }

    package static func == (a: JSONPathNode, b: JSONPathNode) -> Bool {
        a.path == b.path && a.value == b.value
    }
}

/// Where values are that were met on the way: each place is a step from another one.
struct JSONPathPlaces: Sendable {
    private var places: [(parent: Int, depth: Int, step: NormalizedPath.Step)] = []

    /// The place of the document.
    static let document = -1

    mutating func append(_ step: NormalizedPath.Step, to parent: Int) -> Int {
        places.append((parent, depth(of: parent) + 1, step))
        return places.count - 1
    }

    func depth(of place: Int) -> Int { place < 0 ? 0 : places[place].depth }

    func path(to place: Int) -> NormalizedPath {
        var steps: [NormalizedPath.Step] = []
        var place = place
        while place >= 0 {
            steps.append(places[place].step)
            place = places[place].parent
        }
        return NormalizedPath(steps: steps.reversed())
    }
}
