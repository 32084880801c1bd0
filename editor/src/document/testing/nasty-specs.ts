/** Specs written as people write them who have never read a style guide. */
export const nastySpecs: Record<string, string> = {
  comments: `# first
# second

version: 1   # always one
name: shop # the name
# above the nodes
nodes: # behind the key

  # above the first
  # two lines of it
  - id: orders   # behind the id
    # between the keys
    type: source.http # a source
    config: # its settings
      # above the url
      url: demo://retail # where

      # above the columns
      columns: # of them
        # the key
        id: string! # required
        total: double
        # below the last column
      # below the columns
    # below the config

  # --- a separator ---

  # above the second
  - # behind the dash
    id: raw
    type: kafka.topic
    from: orders # reads
    config: { topic: shop.orders } # one line

  - id: sales
    type: transform.filter
    description: >  # folded
      More than nothing,
      # which is no comment

      and less than all.
    from: raw
    config:
      where: "total > 0"   # in euro
# less indented than the list
  - id: store
    type: sink.mongodb
    from: sales
    config:
      collection: sales
      indexes: # two
        # the first
        - fields: { id: 1 } # by id
          # and
          unique: true
        # the second
        - { fields: { total: -1 } }
# the end
# really`,
  indents: `version:   1
name:      shop
nodes:
- id:      orders
  type:    source.generator
  config:
       columns:
           id:    string!
           total: double
           tags:
           - string
       rate: 5



-   id: raw
    type: kafka.topic
    from:
      orders
    config:
     topic: shop.orders
     partitions:

       2
- id:    sums
  type:  transform.aggregate
  from:
  - raw
  config:
            by:
            - id
            - "tags"
            compute:
             total:
               sum(total)
             many: count(*)
-
  id: store
  type: sink.mongodb

  from: sums

  config:
    collection:
      sums
    key:
    - id
`,
  quotes: `"version": 1
'name': 'shop'
"nodes":
  - "id": "orders"
    'type': 'source.http'
    "config":
      'url': 'demo://retail?a=''b'''
      "columns": {"id":"string!",'a b':'double', "c: d": {"e#f": string}, list: ["double"]}
  - {"id":"raw","type":"kafka.topic","from":"orders","config":{"topic":"shop"}}
  - id: 'parts'
    type: transform.split
    from: ["raw"]
    config:
      outputs:
        "large": 'total > 100'
        'odd one': "total = \\"1\\" # no comment"
      otherwise: "small"
  - id: 'store'
    type: "sink.mongodb"
    from: 'parts.large'
    config: {"collection":"sales",'key':["id", 'a b'],}
    description: "over
      two lines,

      and more \\
      of it"
`,
  flow: `{ version: 1, name: shop, nodes: [ # all in flow
  { id: orders, type: source.http, config: { url: demo://retail, columns: { id: string!, total: double } } }, # the first
  { id: raw, type: kafka.topic,
    from: orders,
    config: {
      topic: shop.orders, # a name
      partitions: 2,
    },
  },
  # above
  { id: both, type: transform.union, from: [raw, raw.side], config: {} }, { id: store, type: sink.console, from: both, config: {} }
] }
`,
  mixed: `version: 1
name: shop
nodes:
  - { id: orders, type: source.http, config: { url: demo://retail, columns: { id: string!, at: timestamp } } }

  - { id: raw, type: kafka.topic, from: orders, config: { topic: a } } # one line
  - id: left
    type: transform.filter
    from: raw
    config: { where: "id is not null",   x-note: {a: [1,2,   3], b: {}} , }
  - id: right
    type: transform.filter
    from: raw
    config: { where: id is not null
            , x-list: [
                a,
                b
              ]
            }
  - id: pairs
    type: transform.join
    from: { left: left, right: right }
    config:
      on: [id]
      within: 1h
      time: { left: at, right: at }
  - id: all
    type: transform.union
    from:
      - left
      # and
      - right # too
    config: {}
  - id: store
    type: sink.console
    from: pairs
    config: {}
x-note: ~
`,
  long: `version: 1
name: shop
description: ${"a very long line that nobody has broken ".repeat(12)}
nodes:
  - id: orders
    type: source.http
    description: "${"quoted and long, ".repeat(20)}"
    config: { url: demo://retail, columns: { ${Array.from({ length: 40 }, (_, i) => `column_${i}: string`).join(", ")} } }
  - id: raw
    type: kafka.topic
    from: orders
    config:
      topic: shop.orders
  - id: sales
    type: transform.filter
    from: raw
    description: |
      kept as it is:
        indented,

      ${"and long ".repeat(30)}
    config:
      where: ${Array.from({ length: 30 }, (_, i) => `column_${i} = 'x'`).join(" or ")}
  - id: store
    type: sink.mongodb
    from: sales
    config:
      collection: sales
      x-text: |+
        kept with what follows

      x-more: >-
        folded
        text
`,
  steps: `version: 1
name: shop
# one behind the other
steps:
  # the first
  - type: source.generator # rows
    config:
      columns: { id: string!, total: double }

  - type: kafka.topic
    config: { topic: shop.orders } # rests
  - id: sales   # named
    type: transform.filter
    config:
      # more than nothing
      where: total > 0

  # the last
  - { type: sink.console, config: {} }
`,
  compactSteps: `version: 1
name: shop
steps:
- type: source.generator
  config: {columns: {id: string!}}
- {type: kafka.topic, config: {topic: a}}
- type: transform.filter
  id: kept
  config:
    where: id is not null
- type: transform.filter
  id: again
  config: {where: "id = 'a'"}
- type: sink.mongodb
  config:
    collection: a`,
  flowSteps: `version: 1
name: shop
steps: [{ type: source.generator, config: { columns: { id: string! } } },
  { type: kafka.topic, config: { topic: a } }, # rests
  { id: out, type: sink.console, config: {} }]
`,
};
