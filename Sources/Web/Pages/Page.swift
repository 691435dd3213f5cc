import Mustache

/// Something a person sees: what it shows, and the template that shows it.
///
/// The template finds a page's stored properties by their names, so a page holds nothing that it does
/// not show. Every text may come from anybody: it is escaped on its way out.
public protocol Page: Sendable {
    /// The name of the file in `Templates/`, without its extension.
    static var template: String { get }

    /// Where the page's form may lead, redirects included.
    var formAction: FormAction { get }

    /// Who may put the page in a frame, whatever the domain allows.
    var framing: Framing { get }
}

extension Page {
    public var formAction: FormAction { .thisOrigin }
    public var framing: Framing { .nobody }
}

/// The page as HTML.
public func render(_ page: some Page) -> String {
    // Only a template that is missing gives nil, and the tests render every page there is.
    templates.render(page, withTemplate: type(of: page).template) ?? ""
}
