/** One shop of the invented chain. `tax` is the sales tax rate as a fraction. */
export interface Store {
  id: number;
  name: string;
  city: string;
  state: string;
  region: string;
  zip: string;
  tax: number;
}

// "San José" and "Cañon City" are here on purpose: a stream of pure ASCII hides mistakes with UTF-8.
const cities: readonly (readonly [city: string, state: string, region: string, zip: string, tax: number])[] = [
  ["Boston", "MA", "Northeast", "02108", 0.0625],
  ["Worcester", "MA", "Northeast", "01608", 0.0625],
  ["New York", "NY", "Northeast", "10001", 0.08875],
  ["Buffalo", "NY", "Northeast", "14201", 0.0875],
  ["Philadelphia", "PA", "Northeast", "19102", 0.08],
  ["Pittsburgh", "PA", "Northeast", "15222", 0.07],
  ["Newark", "NJ", "Northeast", "07102", 0.06625],
  ["Hartford", "CT", "Northeast", "06103", 0.0635],
  ["Chicago", "IL", "Midwest", "60601", 0.1025],
  ["Springfield", "IL", "Midwest", "62701", 0.0975],
  ["Detroit", "MI", "Midwest", "48226", 0.06],
  ["Grand Rapids", "MI", "Midwest", "49503", 0.06],
  ["Columbus", "OH", "Midwest", "43215", 0.075],
  ["Cleveland", "OH", "Midwest", "44113", 0.08],
  ["Minneapolis", "MN", "Midwest", "55401", 0.09025],
  ["Milwaukee", "WI", "Midwest", "53202", 0.079],
  ["Kansas City", "MO", "Midwest", "64106", 0.08975],
  ["Omaha", "NE", "Midwest", "68102", 0.07],
  ["Houston", "TX", "South", "77002", 0.0825],
  ["Dallas", "TX", "South", "75201", 0.0825],
  ["Austin", "TX", "South", "78701", 0.0825],
  ["San Antonio", "TX", "South", "78205", 0.0825],
  ["Atlanta", "GA", "South", "30303", 0.089],
  ["Savannah", "GA", "South", "31401", 0.07],
  ["Miami", "FL", "South", "33130", 0.07],
  ["Orlando", "FL", "South", "32801", 0.065],
  ["Charlotte", "NC", "South", "28202", 0.0725],
  ["Nashville", "TN", "South", "37201", 0.0975],
  ["New Orleans", "LA", "South", "70112", 0.0945],
  ["Richmond", "VA", "South", "23219", 0.06],
  ["Los Angeles", "CA", "West", "90012", 0.095],
  ["San José", "CA", "West", "95112", 0.09375],
  ["San Diego", "CA", "West", "92101", 0.0775],
  ["Seattle", "WA", "West", "98101", 0.1035],
  ["Spokane", "WA", "West", "99201", 0.09],
  ["Portland", "OR", "West", "97201", 0],
  ["Denver", "CO", "West", "80202", 0.0881],
  ["Cañon City", "CO", "West", "81212", 0.0825],
  ["Phoenix", "AZ", "West", "85004", 0.086],
  ["Salt Lake City", "UT", "West", "84101", 0.0775],
];

/** The 40 shops, in a fixed order; `id` counts from 1. */
export const stores: readonly Store[] = cities.map(([city, state, region, zip, tax], index) => ({
  id: index + 1,
  name: `DulexMall ${city}`,
  city,
  state,
  region,
  zip,
  tax,
}));

/** What a basket may hold: name, lowest and highest price in cents. */
export const categories: readonly (readonly [name: string, low: number, high: number])[] = [
  ["Grocery", 99, 2_499],
  ["Clothing", 999, 12_999],
  ["Electronics", 1_999, 129_999],
  ["Home & Garden", 499, 39_999],
  ["Toys", 599, 7_999],
  ["Sports", 999, 24_999],
  ["Beauty", 299, 8_999],
  ["Books", 499, 4_999],
  ["Pharmacy", 199, 5_999],
  ["Automotive", 799, 19_999],
];

/** How a basket may be paid: method and card, null where no card is used. */
export const payments: readonly (readonly [method: string, card: string | null])[] = [
  ["credit_card", "Visa"],
  ["credit_card", "Mastercard"],
  ["credit_card", "Amex"],
  ["debit_card", "Visa"],
  ["debit_card", "Mastercard"],
  ["mobile", null],
  ["gift_card", null],
  ["cash", null],
];
